import jsTokens, { type Token } from 'js-tokens';
import { depthOf } from './code.js';

/**
 * Is the line behind a `!` one for the shell? TypeScript's `!` is far more frequent, so the line is TypeScript where it reads as an
 * expression whose first name is known (or that calls something): `!done && go()`, but `!ls -la`, `!git status`.
 *
 * @param line what stands behind the `!`, to the end of the line
 */
export function isShellLine(line: string, isKnown: (name: string) => boolean): boolean {
  const tokens = meaningful(line);
  const first = tokens.find(({ value }) => value !== '(');
  if (!first || !isExpression(tokens)) return true;
  if (first.value === '!' || keywords.test(first.value)) return false;
  if (first.type !== 'IdentifierName') return tokens[0] === first;
  return !isKnown(first.value) && !/[\p{ID_Continue}$]\(/u.test(line);
}

const meaningful = (text: string): Token[] => [...jsTokens(text)].filter(({ type }) => type !== 'WhiteSpace' && type !== 'LineTerminatorSequence' && !type.endsWith('Comment'));

const prefix = /^(?:[!~+-]|\+\+|--|\.{3}|await|typeof|void|delete|new|async|yield|function|class)$/;
const infix = /^(?:in|instanceof|as|satisfies|extends|is)$/;
const keywords = /^(?:await|typeof|void|delete|new|async|function|class|this|import|super)$/;

/** Do operands and operators take turns? Between two words that stand side by side, a shell alone sees an order. */
function isExpression(tokens: readonly Token[]): boolean {
  let operandNext = true;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const { type, value } = token;
    if (type === 'Invalid' || ('closed' in token && !token.closed)) return false;
    if (value === '{') {
      // A block or an object, whatever is in it.
      i = closing(tokens, i);
      operandNext = false;
    } else if (value === ')' || value === ']') operandNext = false;
    else if (operandNext) {
      if (prefix.test(value) || value === '(' || value === '[' || type === 'TemplateHead') continue;
      if (type === 'Punctuator' || infix.test(value)) return false;
      operandNext = false;
    } else if (type === 'Punctuator') operandNext = !(value === '!' || value === '++' || value === '--');
    else if (type === 'TemplateMiddle' || type === 'TemplateHead' || infix.test(value)) operandNext = true;
    else if (type !== 'TemplateTail' && type !== 'NoSubstitutionTemplate') return false;
  }
  return true;
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]!.value === '{') depth++;
    if (tokens[i]!.value === '}' && --depth === 0) return i;
  }
  return tokens.length;
}

/** The quote that is open behind a part of a shell line, as the shell sees it. */
export function openQuote(text: string, quote: '' | '"' | "'" = ''): '' | '"' | "'" {
  let open = quote;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\' && open !== "'") i++;
    else if (open ? char === open : char === '"' || char === "'") open = open ? '' : (char as '"' | "'");
  }
  return open;
}

/** The shell's own braces: `{a,b}`, `{1..5}`, `{}`, `{ list; }`, the body of `${NAME}`, what is no expression. */
export const isShellBrace = (before: string, inside: string): boolean =>
  before.endsWith('$') || inside.trim() === '' || /^[\w-]+\.\.[\w-]+(?:\.\.\d+)?$/.test(inside) || hasTopLevel(inside, /^[,;]$/) || !isExpression(meaningful(inside));

function hasTopLevel(text: string, wanted: RegExp): boolean {
  let depth = 0;
  for (const token of jsTokens(text)) {
    depth += depthOf(token);
    if (depth === 0 && wanted.test(token.value)) return true;
  }
  return false;
}
