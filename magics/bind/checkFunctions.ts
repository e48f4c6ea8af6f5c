import type { Diagnostic } from '../../dsl/index.js';
import type { KernelTools } from '../kernelTools.js';
import type { Examined } from '../examined.js';
import { splitPath } from './function.js';
import { functionExpression, functionType } from './functionType.js';

/** Compares the functions of files that tasks use with the rows of their kinds, and checks the files themselves. */
export async function checkFunctions({ checked, program }: Examined, folder: string, { checkTypes }: Pick<KernelTools, 'checkTypes'>): Promise<Diagnostic[]> {
  const uses = Object.values(checked.plan.tasks).flatMap(({ name, kind, using }) => {
    const declaration = checked.declarations.findLast((one) => one.name === name);
    const span = declaration?.syntax.kind === 'Task' ? declaration.syntax.using?.span : undefined;
    return using !== undefined && declaration && span && program.sources.includes(declaration.source) ? [{ name, kind, using, span, source: declaration.source }] : [];
  });
  const inFiles = uses.flatMap((use) => {
    const path = splitPath(use.using);
    return path ? [{ ...use, file: path.file, expression: functionExpression(use.using)!, type: functionType(use.kind)! }] : [];
  });
  const { claims, mistakes } = inFiles.length > 0 ? await checkTypes(folder, inFiles) : { claims: [], mistakes: [] };
  return [
    ...uses.filter(({ using }) => !splitPath(using)).map(({ name, using, span, source }): Diagnostic => ({
      severity: 'warning', code: 'task/no-function', message: `The task "${name}" uses "${using}", a function of a notebook: there is none here.`,
      hint: `Name a file to use it on the command line too: using "./format.ts#${using}".`, span, source,
    })),
    ...inFiles.flatMap(({ kind, span, source }, i): Diagnostic[] => {
      const why = claims[i];
      return why === undefined ? [] : [{ severity: 'error', code: 'type/function', message: `The function does not make rows of ${kind}: ${why}`, span, source }];
    }),
    ...mistakes.map(({ file, text, start, end, code, message }): Diagnostic => ({ severity: 'error', code, message, span: { start, end }, source: { name: file.replace(/^\.\//, ''), text, lineOffset: 0 } })),
  ];
}
