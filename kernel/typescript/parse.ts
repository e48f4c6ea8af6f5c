import ts from 'typescript';
import { rewrite, type Rewritten } from './rewrite.js';

export interface Parsed {
  readonly file: ts.SourceFile;
  /** Mistakes of form in this text alone, in the order of their places. */
  readonly errors: readonly ts.Diagnostic[];
}

/** One tree for what is wrong with its form, for its names and for its JavaScript. */
export function parse(code: string, id: string): Parsed {
  const file = ts.createSourceFile(id, code, { languageVersion: ts.ScriptTarget.ES2022, setExternalModuleIndicator: asModule }, true, ts.ScriptKind.TS);
  return { file, errors: (file as ParsedFile).parseDiagnostics ?? mistakesOfForm(file) };
}

/** TypeScript keeps the mistakes with the tree, though not publicly; a program only to ask for them costs as much as the rest of a short cell. */
interface ParsedFile extends ts.SourceFile {
  readonly parseDiagnostics?: readonly ts.Diagnostic[];
}

/** The same by public ways. */
export function mistakesOfForm(file: ts.SourceFile): readonly ts.Diagnostic[] {
  const id = file.fileName;
  const program = ts.createProgram({
    rootNames: [id],
    options: { noLib: true, noResolve: true, types: [] },
    host: {
      getSourceFile: (name) => (name === id ? file : undefined),
      fileExists: (name) => name === id,
      readFile: () => undefined,
      writeFile: () => undefined,
      getDefaultLibFileName: () => '',
      getCurrentDirectory: () => '',
      getCanonicalFileName: (name) => name,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => '\n',
    },
  });
  return program.getSyntacticDiagnostics(file);
}

/** A cell is a module whether it imports or not. */
const asModule = (file: ts.SourceFile): void => void Object.assign(file, { externalModuleIndicator: true });

/** `{ a: 1 }` alone is an object, as in every console. */
export function asExpression(code: string): Rewritten {
  const start = /^(?:\s|\/\/.*|\/\*[^]*?\*\/)*/.exec(code)![0].length;
  const same = rewrite(code, []);
  if (code[start] !== '{') return same;
  // Where the object ends is known once it is read as one.
  const [statement] = ts.createSourceFile('cell.ts', `(${code.slice(start)}`, ts.ScriptTarget.ES2022).statements;
  if (!statement || !ts.isExpressionStatement(statement) || !ts.isParenthesizedExpression(statement.expression)) return same;
  const object = statement.expression.expression;
  if (ts.isObjectLiteralExpression(object) && object.properties.length === 0) return same;
  const end = start + object.end - 1;
  const wrapped = rewrite(code, [{ start, end: start, text: '(' }, { start: end, end, text: ')' }]);
  return parse(wrapped.text, 'cell.ts').errors.length > 0 ? same : wrapped;
}

/** Is what is wrong wrong only because the text ends? */
export function isUnfinished({ file, errors }: Parsed): boolean {
  const end = file.text.trimEnd().length;
  const { start = 0, length = 0, code } = errors[0]!;
  return (start >= end && code !== unterminatedString) || (unterminated.has(code) && start + length >= end);
}

/** Comment, template and regular expression that the end of the text cuts off. */
const unterminated: ReadonlySet<number> = new Set([1010, 1160]);

/** A string cannot go on in the next line. */
const unterminatedString = 1002;
