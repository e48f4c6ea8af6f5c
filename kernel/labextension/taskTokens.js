/**
 * The words and signs of a `%%task` cell, for colours: the lexer of dsl/tokens.ts in small, which knows where in the text it is
 * rather than what the program means, so that it says something sensible of half a program.
 *
 * @example
 * [...taskTokens('seed = 7')].map(({ kind }) => kind); // ['property', 'operator', 'number']
 */
export function* taskTokens(text) {
  const modes = ['code']; // text within text: `"a {b | c("d")}"`
  let fresh = true; // at the start of an entry
  let depth = 0; // of parentheses and brackets, in which line ends do not count
  let before = ''; // the last word or sign
  for (let at = 0; at < text.length; ) {
    const mode = modes.at(-1);
    const pattern = patterns[mode];
    pattern.lastIndex = at;
    const groups = pattern.exec(text).groups;
    const [[group, token]] = Object.entries(groups).filter(([, found]) => found !== undefined);
    const from = at;
    at += token.length;
    switch (group) {
      case 'blank':
        if (!token.includes('\n')) break;
        // A line end closes the `"…"` texts that the line leaves open.
        while (/short/i.test(modes.at(-1))) modes.pop();
        fresh = true;
        break;
      case 'open':
        modes.push(token === '"' ? 'short' : 'long');
        yield { from, to: at, kind: 'string' };
        break;
      case 'close':
        modes.pop();
        yield { from, to: at, kind: 'string' };
        break;
      case 'hole':
        modes.push(`${mode}Hole`);
        before = token;
        yield { from, to: at, kind: 'escape' };
        break;
      case 'curly':
        if (mode !== 'code' && token === '}') {
          modes.pop();
          yield { from, to: at, kind: 'escape' };
          break;
        }
        fresh = true;
        before = token;
        yield { from, to: at, kind: 'punctuation' };
        break;
      case 'punctuation':
        depth = Math.max(0, depth + (/[([]/.test(token) ? 1 : /[)\]]/.test(token) ? -1 : 0));
        fresh = token === ';';
        before = token;
        yield { from, to: at, kind: 'punctuation' };
        break;
      case 'name': {
        const kind = kindOfName(token, { fresh: fresh && depth === 0 && modes.length === 1, before, after: text.slice(at, at + 80) });
        fresh = false;
        before = token;
        yield { from, to: at, kind };
        break;
      }
      case 'other':
        break;
      default:
        if (group !== 'comment') [fresh, before] = [false, token];
        yield { from, to: at, kind: group };
    }
  }
}

const comment = String.raw`(?<comment>\/\/[^\r\n]*|\/\*[^]*?(?:\*\/|$))|`;
const code = String.raw`(?<open>"""|")|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w]))|(?<name>\x60[^\x60\r\n]+\x60|[A-Za-z_0-9]\w*(?:-[A-Za-z0-9]\w*)*)|(?<curly>[{}])|(?<operator>\?\?|[=!<>]=|[-+*\/|?=<>])|(?<punctuation>[()[\],.;:])|(?<blank>\s+)|(?<other>[^])`;
const escape = String.raw`(?<escape>\\(?:u\{[^}"\r\n]*\}|[^\r\n])?|\{\{|\}\})|(?<hole>\{)`;
const patterns = {
  code: new RegExp(comment + code, 'y'),
  shortHole: new RegExp(code, 'y'),
  longHole: new RegExp(code, 'y'),
  short: new RegExp(String.raw`${escape}|(?<close>")|(?<blank>\r?\n)|(?<string>(?:[^"\\{}\r\n]|\r(?!\n))+|\})`, 'y'),
  long: new RegExp(String.raw`${escape}|(?<close>""")|(?<string>(?:[^"\\{}]|"(?!""))+|\})`, 'y'),
};

const reserved = /^(?:let|where|for|and|or|not|in|by)$/;
const declarations = /^(?:param|dataset|template|task|training|include)$/;
const heads = /^(?:from|on|using|extends)$/;

/** Most words mean something only in their place: in `task = t` a training names its task. */
function kindOfName(name, { fresh, before, after }) {
  if (before === '.') return 'property';
  if (/^(?:true|false|null)$/.test(name)) return 'literal';
  if (reserved.test(name)) return 'keyword';
  if (fresh && /^[ \t]*=(?!=)/.test(after)) return 'property';
  if (fresh && (declarations.test(name) || /^(?:field|question)$/.test(name)) && /^[ \t]+[\w`"]/.test(after)) return 'keyword';
  if (fresh && /^[ \t]*\{/.test(after)) return 'property';
  if (/^(?:field|question)$/.test(name) && /^[.[]/.test(after)) return 'keyword';
  if (before === 'for' && /^(?:each|first)$/.test(name)) return 'keyword';
  if (/^(?:each|first)$/.test(before) && /^(?:response|pair)$/.test(name) && !/^\s+in\b/.test(after)) return 'keyword';
  if (before === 'response' && name === 'including') return 'keyword';
  if (heads.test(name) && /^[\w`]/.test(before) && !heads.test(before) && /^[ \t]+[\w`"]/.test(after)) return 'keyword';
  if (declarations.test(before) || before === 'let') return 'definition';
  if (before === '|' || before === 'by' || /^\(/.test(after)) return 'function';
  if (/^:/.test(after)) return 'property';
  return 'name';
}
