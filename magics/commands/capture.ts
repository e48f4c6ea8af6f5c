import { inspect } from 'node:util';
import type { CellOutput, MimeBundle, NotebookHost } from '../../kernel/cell.js';
import { UserError } from '../../runtime/error.js';
import { command, type Around } from '../command.js';
import { isVariable } from '../isVariable.js';

export const capture = command({
  name: 'capture',
  summary: 'Runs a cell and keeps what it shows, for the variable that is named; of a cell that fails all is shown.',
  only: 'notebook',
  stands: 'cell',
  body: 'code',
  code: 'around',
  arguments: [{ name: 'variable', doc: 'Gets what is kept: stdout, stderr, outputs, show().', optional: true }],
  options: {
    no_stdout: { type: 'flag', doc: 'Shows what is printed.' },
    no_stderr: { type: 'flag', doc: 'Shows warnings and what else goes to standard error.' },
    no_display: { type: 'flag', doc: 'Shows displays and the result.' },
  },
  examples: ['%%capture', '%%capture shown --no-stderr'],
  declares(_body, line) {
    const name = line.trim().split(/\s+/).find((word) => !word.startsWith('-'));
    const type = '{ readonly stdout: string; readonly stderr: string; readonly outputs: readonly Readonly<Record<string, unknown>>[]; show(): void }';
    return name !== undefined && isVariable(name) ? [{ name, type }] : [];
  },
  async run({ args: [name], options }, { notebook }): Promise<Around> {
    if (name !== undefined && !isVariable(name)) throw new UserError('command/usage', `"${name}" cannot be the name of a variable.`, '%%capture -h shows how it is used.');
    const kept = new Captured(notebook!);
    const keeps = { stdout: !options.no_stdout, stderr: !options.no_stderr, display: !options.no_display };
    const restore = notebook!.redirect((output) => keeps[output.type === 'stream' ? output.name : 'display'] && kept.add(output));
    return {
      ...(name !== undefined && { value: { [name]: kept } }),
      async end(outcome) {
        try {
          if ('thrown' in outcome || outcome.value === undefined || !keeps.display) return outcome;
          return kept.add({ type: 'display', data: await notebook!.show(outcome.value) }) && { value: undefined };
        } finally {
          restore();
          if ('thrown' in outcome) kept.show();
        }
      },
    };
  },
});

/** What a cell would have shown, in order. */
class Captured {
  #shown: CellOutput[] = [];
  // A variable is shown with all that it has.
  readonly #notebook: NotebookHost;

  constructor(notebook: NotebookHost) {
    this.#notebook = notebook;
  }

  /** Takes an output over. */
  add(output: CellOutput): true {
    if (output.type === 'clear') this.#shown = [];
    else if (output.type === 'update') this.#shown = this.#shown.map((one) => (one.type === 'display' && one.id === output.id ? { ...one, data: output.data } : one));
    else this.#shown.push(output);
    return true;
  }

  get stdout(): string {
    return this.#text('stdout');
  }

  get stderr(): string {
    return this.#text('stderr');
  }

  /** The bundles of displays and of the result. */
  get outputs(): MimeBundle[] {
    return this.#shown.flatMap((one) => (one.type === 'display' ? [one.data] : []));
  }

  /** As a value of its own. */
  [inspect.custom](): object {
    return { stdout: this.stdout, stderr: this.stderr, outputs: this.outputs };
  }

  /** Shows all of it after all. */
  show(): void {
    const { write, display } = this.#notebook.outputs();
    for (const output of this.#shown) {
      if (output.type === 'stream') write(output.name, output.text);
      else if (output.type === 'display') display(output.data);
    }
  }

  #text(stream: 'stdout' | 'stderr'): string {
    return this.#shown.flatMap((one) => (one.type === 'stream' && one.name === stream ? [one.text] : [])).join('');
  }
}
