/** The language: text -> tokens -> tree -> checked plan. This is its whole public face; what a program may refer to is a value, `Schema`. */
export type { Declaration, DeclarationKind, Include, Parsed } from './ast.js';
export { compile, type Compiled, type CompileOptions } from './compile.js';
export { diagnosticJson, printDiagnostic, type Code, type Diagnostic, type DiagnosticJson } from './diagnostics.js';
export { parse } from './parse.js';
export { readProgram, type ReadFile, type WholeProgram } from './include.js';
export type * from './plan.js';
export { planVersion } from './plan.js';
export type * from './schema.js';
export { offsetAt, type Source, type Span } from './source.js';
export { nearest, suggest } from './suggest.js';
export { complete, type CompletionItem, type Completions, type EditorContext } from './complete.js';
export { hover } from './hover.js';
export { isComplete } from './isComplete.js';
export { format } from './format.js';
