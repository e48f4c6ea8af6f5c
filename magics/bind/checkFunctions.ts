import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../dsl/index.js';
import type { KernelTools } from '../kernelTools.js';
import type { Examined } from '../examined.js';
import { noFile, splitPath } from './function.js';
import { functionClaim } from './functionType.js';

/** Compares the functions of files that tasks use with the rows of their kinds, and checks the files themselves. */
export async function checkFunctions({ checked, program }: Examined, folder: string, { checkTypes }: Pick<KernelTools, 'checkTypes'>): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  const claims: { readonly file: string; readonly code: string; readonly wrong: (why: { readonly code: string; readonly message: string }) => Diagnostic }[] = [];
  for (const { name, kind, using } of Object.values(checked.plan.tasks)) {
    const declaration = checked.declarations.findLast((one) => one.name === name);
    const span = declaration?.syntax.kind === 'Task' ? declaration.syntax.using?.span : undefined;
    if (using === undefined || !declaration || !span || !program.sources.includes(declaration.source)) continue;
    const at = { severity: 'error', span, source: declaration.source } as const;
    const path = splitPath(using);
    if (!path) {
      const message = `The task "${name}" uses "${using}", a function of a notebook: there is none here.`;
      found.push({ ...at, severity: 'warning', code: 'task/no-function', message, hint: `Name a file to use it on the command line too: using "./format.ts#${using}".` });
    } else if (!existsSync(resolve(folder, path.file))) {
      const { code, message, hint } = noFile(name, path.file);
      found.push({ ...at, code, message, hint: hint! });
    } else {
      const { before, value, after } = functionClaim(using, kind)!;
      claims.push({ file: path.file, code: before + value + after, wrong: (why) => ({ ...at, ...problem(path, kind, why) }) });
    }
  }
  if (claims.length === 0) return found;
  const checks = await checkTypes(folder, claims);
  return [
    ...[...found, ...claims.flatMap(({ wrong }, i) => checks.claims[i]!.map(wrong))].sort((a, b) => (a.source === b.source ? a.span.start - b.span.start : 0)),
    ...checks.mistakes.map(({ file, text, start, end, code, message }): Diagnostic => ({ severity: 'error', code, message, span: { start, end }, source: { name: file.replace(/^\.\//, ''), text, lineOffset: 0 } })),
  ];
}

/** TypeScript's word for a property that is not there, with the nearest one or without. */
const noProperty = ['TS2339', 'TS2551', 'TS7053'];
const noArgument = 'TS2345';

function problem({ file, name }: { readonly file: string; readonly name: string }, kind: string, { code, message }: { readonly code: string; readonly message: string }): Pick<Diagnostic, 'code' | 'message' | 'hint'> {
  if (noProperty.includes(code)) {
    const near = /Did you mean '(.+?)'\?/.exec(message)?.[1];
    return { code: 'task/no-function', message: `The file "${file}" exports no function "${name}".`, hint: near === undefined ? `Write "export function ${name}(sample: Sample) { … }" in it.` : `Did you mean "${near}"?` };
  }
  return { code: 'type/function', message: code === noArgument ? `"${file}#${name}" is no function of a record's sample: ${message}` : `The function does not make rows of ${kind}: ${message}` };
}
