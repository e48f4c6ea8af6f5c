import jsTokens from 'js-tokens';

/** TypeScript on a magic's line: up to where, and where the line (or the last one that it needs) ends. */
export interface CodeOnLine {
  /** Behind the last token that is no comment, and no `;` at the end. */
  readonly end: number;
  readonly lineEnd: number;
}

/** The code that begins at `from`: it goes on over the end of a line where a bracket is open or an operator wants more. */
export function codeOnLine(cell: string, from: number): CodeOnLine {
  let offset = from;
  let end = from;
  let depth = 0;
  let previous = '';
  for (const token of jsTokens(cell.slice(from))) {
    const start = offset;
    offset += token.value.length;
    if (token.type === 'LineTerminatorSequence') {
      const goesOn = depth > 0 || continuesExpression(previous) || /^\s*\??\.[^.\d]/.test(cell.slice(offset));
      if (!goesOn) return { end, lineEnd: start };
    } else if (token.type !== 'WhiteSpace' && !token.type.endsWith('Comment')) {
      depth += depthOf(token);
      if (token.value !== ';' || depth > 0) end = offset;
      previous = token.value;
    }
  }
  return { end, lineEnd: cell.length };
}

/** Is it a statement, or several, and not one expression? */
export function isStatement(code: string): boolean {
  if (/^(?:(?:const|let|var|function|class|export|if|for|while|do|switch|try|throw|return|debugger|enum|abstract)\b|[{;@]|import\b\s*[^(.\s]|(?:type|interface|namespace|module|declare|using|async\s+function)\s+[\p{ID_Start}$_])/u.test(code)) return true;
  let depth = 0;
  for (const token of jsTokens(code)) {
    depth += depthOf(token);
    if (depth === 0 && token.value === ';') return true;
  }
  return false;
}

/** Does it wait? Code that does not is run without a promise. */
export const awaits = (code: string): boolean => [...jsTokens(code)].some(({ value }) => value === 'await');

/** Does an expression that ends in `token` go on? */
export const continuesExpression = (token: string): boolean => /^(?:[-+*/%&|^<>=!?:,.~]|&&|\|\||\?\?|\*\*|=>|\.{3}|[-+*/%&|^<>=!]+=)$/.test(token);

/** What a token does to the depth of brackets. */
export const depthOf = ({ type, value }: { readonly type: string; readonly value: string }): number =>
  type === 'TemplateHead' || (type === 'Punctuator' && /^[([{]$/.test(value)) ? 1 : type === 'TemplateTail' || (type === 'Punctuator' && /^[)\]}]$/.test(value)) ? -1 : 0;
