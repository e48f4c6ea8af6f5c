import { basename, dirname } from 'node:path';
import { command } from '../command.js';
import type { Notebook } from '../kernelTools.js';
import { literal } from '../literal.js';

export const run = command({
  name: 'run',
  summary: 'Executes a notebook in a kernel of its own and writes it with its outputs.',
  only: 'terminal',
  arguments: [{ name: 'notebook', doc: 'The notebook, an .ipynb file.', names: 'path' }],
  options: {
    output: { type: 'text', short: 'o', doc: 'Where the executed notebook goes.' },
    html: { type: 'text', doc: 'Where a page goes that opens anywhere, without network.' },
    param: { type: 'pairs', short: 'p', doc: 'A parameter, given in a cell behind the one tagged "parameters".' },
    allow_errors: { type: 'flag', doc: 'Goes on after a cell that failed.' },
  },
  examples: ['tasklab run notebooks/quickstart.ipynb -o out/quickstart.ipynb --html out/quickstart.html'],
  async run({ args, options }, { io, kernel }) {
    const { writeFileAtomic } = await import('../../runtime/files/atomic.js');
    const { notebookToHtml } = await import('../../runtime/display/page/index.js');
    const path = args[0]!;
    const notebook = await kernel!.readNotebook(path);
    for (const name of Object.keys(options.param ?? {})) {
      if (!notebook.cells.some((cell) => cell.cell_type === 'code' && [cell.source].flat().join('').includes(name))) {
        io.write('stderr', `warning: no cell of "${path}" mentions the parameter "${name}".\n`);
      }
    }
    const code = notebook.cells.flatMap(({ cell_type: type }, i) => (type === 'code' ? [i] : []));
    const progress = io.display({ 'text/plain': `${path}: starting the kernel …` });
    const executed = await kernel!.executeNotebook(notebook, {
      folder: dirname(path),
      signal: io.signal,
      allowErrors: options.allow_errors ?? false,
      parameters: Object.fromEntries(Object.entries(options.param ?? {}).map(([name, text]) => [name, literal(text)])),
      onCell: (index) => progress.update({ 'text/plain': `${path}: cell ${code.indexOf(index) + 1} of ${code.length} …` }),
    });
    if (executed.failure && io.signal.aborted) throw executed.failure;
    if (!executed.failure) progress.update({ 'text/plain': `${path}: ${code.length} of ${code.length} cells ran.` });
    const written: string[] = [];
    if (options.output !== undefined) {
      await writeFileAtomic(options.output, await kernel!.notebookText(executed.notebook));
      written.push(options.output);
    }
    if (options.html !== undefined) {
      await writeFileAtomic(options.html, await notebookToHtml(executed.notebook as Parameters<typeof notebookToHtml>[0], { title: basename(path, '.ipynb') }));
      written.push(options.html);
    }
    io.write('stdout', `${summary(executed.notebook)}\n`);
    if (written.length > 0) io.write('stdout', `Wrote ${written.join(' and ')}.\n`);
    if (executed.failure) throw executed.failure;
  },
});

/** What a notebook's cells gave, counted. */
function summary({ cells }: Notebook): string {
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  const counts = [
    ['figure', outputs.filter(({ data }) => data && 'application/vnd.plotly.v1+json' in data).length],
    ['table and card', outputs.filter(({ data }) => data && 'text/html' in data).length, 'tables and cards'],
    ['value', outputs.filter(({ output_type: type }) => type === 'execute_result').length],
    ['error', outputs.filter(({ output_type: type }) => type === 'error').length],
  ] as const;
  const parts = counts.filter(([, n]) => n > 0).map(([what, n, many = `${what}s`]) => `${n} ${n === 1 ? what : many}`);
  return parts.length > 0 ? `Its outputs: ${parts.join(', ')}.` : 'It has no outputs.';
}
