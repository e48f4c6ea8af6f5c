/** The language of a cell: TypeScript with magics in it, or what a `%%name` line makes of the lines below. */
import { taskTokens } from './taskTokens.js';

/** What stands below `%%name`; below others it is TypeScript. */
const bodies = { task: 'task', sh: 'text', bash: 'text', writefile: 'text' };

const tags = {
  Magic: 'meta', Option: 'attributeName', Brace: 'punctuation',
  keyword: 'keyword', literal: 'bool', string: 'string', escape: 'escape', comment: 'comment', number: 'number', operator: 'operator',
  punctuation: 'punctuation', property: 'propertyName', definition: 'definition', function: 'function', name: 'variableName',
};

/** Where TypeScript could go on with a statement or an initial value, by the names of its nodes around that place. */
const outermost = /^(?:Script|ExpressionStatement|VariableDeclaration|AssignmentExpression|ExportDeclaration|Number|;)$/;

/** A line that may be a magic: `%name …` or `x = %name …`. */
const candidate = /^([ \t]*|.*[^=!<>\s][ \t]*=[ \t]*)(%[A-Za-z_][\w-]*)([^\r\n]*)/gm;

/** A word of a magic's line, as colours tell them apart; `{…}` holds an expression of TypeScript. */
const word = /(?<string>"(?:[^"\\]|\\.)*"?|'[^']*'?)|(?<Option>(?<=\s)--?[A-Za-z][\w-]*)|(?<number>(?<=\s|=)\d+(?:\.\d+)?(?=\s|$))|(?<hole>\{[^{}]*\})|\S/g;

export default async (take) => {
  const [codemirror, { Language, LanguageSupport, defineLanguageFacet, indentNodeProp, languageDataProp }, { NodeSet, NodeType, Parser, Tree }, highlight] =
    await Promise.all(['@jupyterlab/codemirror', '@codemirror/language', '@lezer/common', '@lezer/highlight'].map(take));

  const data = defineLanguageFacet({
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{', '"', '`'] },
    indentOnInput: /^\s*[})\]]$/,
  });

  const names = ['Cell', 'Task', ...Object.keys(tags)];
  const styles = Object.fromEntries(Object.entries(tags).map(([name, tag]) => {
    const { [tag]: plain, definition, standard, variableName } = highlight.tags;
    return [name, tag === 'definition' ? definition(variableName) : tag === 'function' ? standard(variableName) : plain];
  }));
  const top = [[languageDataProp, data], [indentNodeProp, indentation]];
  const { types } = new NodeSet(names.map((name, id) => NodeType.define({ id, name, ...(id < 2 && { top: true, props: top }) }))).extend(highlight.styleTags(styles));
  const typeOf = Object.fromEntries(types.map((type) => [type.name, type]));

  const leaf = (name, from, to) => ({ tree: new Tree(typeOf[name], [], [], to - from), from, to });
  /** A node with these pieces in it, which stand at their places in the cell. */
  const node = (name, pieces, from, to) => new Tree(typeOf[name], pieces.map(({ tree }) => tree), pieces.map((piece) => piece.from - from), to - from);

  class CellParser extends Parser {
    constructor(typescript) {
      super();
      this.typescript = typescript;
    }

    /** Cells are short: each is read as a whole. Those without a magic are TypeScript's, which reads again what has changed alone. */
    createParse(input, fragments, ranges) {
      const [from, to] = [ranges[0].from, ranges.at(-1).to];
      const text = input.read(from, to);
      const pieces = this.piecesOf(text);
      if (!pieces) return this.typescript.createParse(input, fragments.filter(({ tree }) => tree.type === this.typescript.topNode), ranges);
      return { parsedPos: to, stoppedAt: null, stopAt() {}, advance: () => node('Cell', pieces, 0, text.length) };
    }

    /** `undefined` where all of it is TypeScript. */
    piecesOf(text) {
      const whole = /^\s*(%%([A-Za-z_][\w-]*))([^\r\n]*)/.exec(text);
      if (whole) {
        const end = whole[0].length;
        const head = this.magic(whole[1], whole[3], end - whole[1].length - whole[3].length);
        return [...head, ...this.body(bodies[whole[2]] ?? 'typescript', text, end)];
      }
      const pieces = [];
      let done = 0;
      for (const { at, name, rest } of this.magics(text)) {
        pieces.push(this.code(text, done, at), ...this.magic(name, rest, at));
        done = at + name.length + rest.length;
      }
      return pieces.length > 0 ? [...pieces, this.code(text, done, text.length)] : undefined;
    }

    /** The magics among TypeScript: not those in its texts, comments and brackets. */
    magics(text) {
      const found = [...text.matchAll(candidate)].map(({ index, 1: before, 2: name, 3: rest }) => ({ at: index + before.length, name, rest, assigned: before.trim() !== '' }));
      if (found.length === 0) return found;
      // TypeScript reads the cell with a statement or a number in place of each, so that one does not spoil the rest.
      let stand = text;
      for (const { at, name, rest, assigned } of found) {
        stand = stand.slice(0, at) + (assigned ? '0' : ';') + ' '.repeat(name.length + rest.length - 1) + stand.slice(at + name.length + rest.length);
      }
      const tree = this.typescript.parse(stand);
      return found.filter(({ at }) => {
        for (let around = tree.resolveInner(at, 1); around; around = around.parent) if (!outermost.test(around.name)) return false;
        return true;
      });
    }

    code(text, from, to) {
      return { tree: this.typescript.parse(text.slice(from, to)), from, to };
    }

    magic(name, rest, at) {
      const pieces = [leaf('Magic', at, at + name.length)];
      for (const { index, 0: found, groups } of rest.matchAll(word)) {
        const from = at + name.length + index;
        const to = from + found.length;
        const kind = ['string', 'Option', 'number'].find((group) => groups[group] !== undefined);
        if (kind) pieces.push(leaf(kind, from, to));
        if (groups.hole) pieces.push(leaf('Brace', from, from + 1), { ...this.code(found, 1, found.length - 1), from: from + 1 }, leaf('Brace', to - 1, to));
      }
      return pieces;
    }

    body(language, text, from) {
      if (language === 'text') return [];
      if (language === 'typescript') return [this.code(text, from, text.length)];
      const tokens = [...taskTokens(text.slice(from))].map((token) => leaf(token.kind, from + token.from, from + token.to));
      return [{ tree: node('Task', tokens, from, text.length), from }];
    }
  }

  return {
    id: 'tasklab:cells',
    description: 'Colours of magics and of the language of %%task cells.',
    autoStart: true,
    requires: [codemirror.IEditorLanguageRegistry],
    activate(app, languages) {
      languages.addLanguage({
        // The kernel's `codemirror_mode` asks for this name; JupyterLab without this extension falls back to TypeScript.
        name: 'tasklab',
        displayName: 'TypeScript (tasklab)',
        mime: 'text/x-tasklab',
        async load() {
          const { support } = await languages.getLanguage('typescript');
          return new LanguageSupport(new Language(data, new CellParser(support.language.parser), [], 'tasklab'), support.support);
        },
      });
    },
  };
};

/** One step more behind an opening bracket, one less before a closing one. */
function indentation({ state, pos, textAfter, unit, lineIndent }) {
  const line = state.doc.lineAt(pos);
  const above = line.from < pos ? line : line.number > 1 ? state.doc.line(line.number - 1) : line;
  const opens = /[{([]\s*$/.test(above.text.slice(0, above === line ? pos - line.from : undefined));
  return Math.max(0, lineIndent(above.from) + (opens ? unit : 0) - (/^[})\]]/.test(textAfter) ? unit : 0));
}
