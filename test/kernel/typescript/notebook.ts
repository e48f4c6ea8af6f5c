import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { Session, type Runtime } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CellError } from '../../../kernel/cell.js';
import { Loop } from '../../../kernel/child/loop.js';
import { shared } from '../../../kernel/child/protocol.js';
import { TypeScriptCells, type PreparedCell, type TypeScriptCellsOptions } from '../../../kernel/typescript/index.js';
import { language } from '../../../magics/language.js';

export const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tasklab-cells-')));
/** For what is not about types. */
const unchecked = new TypeScriptCells({ cwd: folder, language, typecheck: 'off' });
const session = new Session();
session.connect();
Object.assign(globalThis, { $loop: new Loop(new Int32Array(shared.length)) });
let count = 0;

export const end = (): void => {
  session.disconnect();
  rmSync(folder, { recursive: true, force: true });
};

/** A notebook that nothing runs; shared by the tests of a file, as its start is what costs. */
export class Notebook {
  readonly cells: TypeScriptCells;

  constructor(checker?: TypeScriptCellsOptions['checker']) {
    this.cells = new TypeScriptCells({ cwd: folder, language, ...(checker && { checker }) });
  }

  /** Checks cells in turn, as if each were run; the last one's answer. */
  check(...sources: readonly string[]): PreparedCell & { readonly id: string } {
    let last: PreparedCell | undefined;
    for (const source of sources) {
      if (last) throwErrors(last.errors);
      last = this.cells.prepare(source, { id: `cell-${++count}.ts` });
      if (last.errors.length === 0) this.cells.commit();
    }
    return { ...last!, id: `cell-${count}.ts` };
  }

  /** `line:column TScode` of each mistake of the last cell. */
  mistakes(...sources: readonly string[]): string[] {
    const lines = this.check(...sources).errors.flatMap(({ traceback }) => traceback);
    return lines.flatMap((line) => /^cell-\d+\.ts:(\d+:\d+) error ?(.*)$/.exec(line)?.slice(1).join(' ').trim() ?? []);
  }
}

const notebook = new Notebook();
export const { cells } = notebook;
export const check = (...sources: readonly string[]): ReturnType<Notebook['check']> => notebook.check(...sources);

/** Checks and runs cells in turn, as the kernel does; the last one's value. */
export async function evaluate(...sources: readonly string[]): Promise<unknown> {
  let value: unknown;
  for (const source of sources) {
    const { js, errors, id } = check(source);
    throwErrors(errors);
    value = await run(js, id);
  }
  return value;
}

/** Runs a cell without a check of its types. */
export function evaluateUnchecked(source: string): Promise<unknown> {
  const id = `cell-${++count}.ts`;
  const { js, errors } = unchecked.prepare(source, { id });
  throwErrors(errors);
  return run(js, id);
}

async function run(js: string, id: string): Promise<unknown> {
  const { result, exceptionDetails } = await post(`${js}\n//# sourceURL=${id}`);
  if (exceptionDetails) throw new Thrown(String(exceptionDetails.exception?.description ?? exceptionDetails.text));
  return result.value;
}

/** What a cell threw, with its stack as V8 wrote it. */
export class Thrown extends Error {}

const post = (expression: string): Promise<Runtime.EvaluateReturnType> =>
  new Promise((resolve, reject) => {
    session.post('Runtime.evaluate', { expression, replMode: true, awaitPromise: true, returnByValue: true }, (error, answer) => (error ? reject(error) : resolve(answer as Runtime.EvaluateReturnType)));
  });

function throwErrors(errors: readonly CellError[]): void {
  if (errors.length > 0) throw new Error(errors.flatMap((error) => error.traceback).join('\n'));
}
