import type { CellIO, CellRunner, MagicCall, Outcome, RunnerHost } from '../kernel/cell.js';
import { UserError } from '../runtime/error.js';
import { asksForHelp, words } from './cell/words.js';
import { helpOf, readWords } from './commandLine.js';
import type { Around, Command, CommandCall, CommandContext } from './command.js';
import type { SessionContext } from './context.js';
import { commandNamed } from './registry.js';
import { Session } from './session.js';

/** Runs magics on one session, which lives as long as the process that runs the cells. */
export function createRunner(host: RunnerHost): CellRunner {
  const session = new Session({ folder: process.cwd(), scope: host.scope, importModule: host.importModule });
  const surroundings = new Surroundings(host);
  return {
    context() {
      const context = session.context();
      return { ...context, folder: process.cwd(), names: { ...context.names, environment: Object.keys(process.env) } } satisfies SessionContext;
    },
    async run(call: MagicCall, io: CellIO) {
      if (call.around === 'end') return surroundings.leave();
      const command = commandNamed(call.name, 'notebook');
      const read = readCall(command, call);
      if ('help' in read) return io.write('stdout', read.help);
      if (command.code && !call.code && !call.around) throw new UserError('command/usage', `Which code is "%${command.name}" to run?`, `Write it behind %${command.name}, or below %%${command.name}.`);
      const context: CommandContext = { session, io, surface: 'notebook', notebook: host.notebook };
      const value = await command.run(read, context);
      if (call.around) return surroundings.enter(call.around, value as Around);
      return call.assigned || command.declares ? value : undefined;
    },
  };
}

/** A call by its command's table, or the help that it asks for. */
function readCall(command: Command, { parts, body, cell, cellLine, code, assigned }: MagicCall): CommandCall | { readonly help: string } {
  const line = parts.map((part, i) => (i % 2 === 0 ? { text: String(part) } : { value: part }));
  if (parts.length === 1 && asksForHelp(String(parts[0]))) return { help: helpOf(command, 'notebook') };
  if (command.line === 'shell' && body === undefined) return { args: [], options: {}, assigned, line: parts };
  const read = readWords(command, words(line).map(({ text }) => text), 'notebook');
  return { ...read, assigned, ...(body !== undefined && { body: { name: cell, text: body, lineOffset: cellLine } }), ...(code && { code }) };
}

/** Magics that stand around code that runs now. */
class Surroundings {
  #lines: Around['end'][] = [];

  constructor(private readonly host: RunnerHost) {}

  /** What is done behind the code: of a line, by what this returns or by {@link leave}; of a cell, at its end. */
  enter(what: 'line' | 'cell', { end, value }: Around): unknown {
    if (what === 'cell') {
      this.host.notebook.atEnd(end);
      return value;
    }
    this.#lines.push(end);
    // Code that throws never comes to its end.
    this.host.notebook.atEnd((outcome) => {
      this.#lines = [];
      return outcome;
    });
    return async (given: unknown) => valueOf(await this.leave(await given));
  }

  async leave(value?: unknown): Promise<Outcome> {
    const end = this.#lines.pop();
    return end ? end({ value }) : { value };
  }
}

function valueOf(outcome: Outcome): unknown {
  if ('thrown' in outcome) throw outcome.thrown;
  return outcome.value;
}
