#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { UserError } from '../runtime/error.js';
import { printDiagnostic } from '../dsl/index.js';
import type { Notebook } from '../kernel/client/index.js';
import { importModule } from '../kernel/child/modules.js';
import type { Command } from './command.js';
import { readWords } from './commandLine.js';
import type { KernelTools } from './kernelTools.js';
import { openProgram } from './programFile.js';
import { commandNamed, commandsOf } from './registry.js';
import { Session } from './session.js';
import { Terminal } from './terminal.js';

async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  // The first Ctrl-C asks politely, so that nothing half-written is left; the second one ends.
  process.on('SIGINT', () => (interrupt.signal.aborted ? process.exit(130) : interrupt.abort(new UserError('command/interrupted', 'Interrupted.'))));
  process.on('SIGTERM', () => interrupt.abort(new UserError('command/interrupted', 'Stopped.')));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

  const terminal = new Terminal(interrupt.signal);
  try {
    const [name, ...words] = argv;
    if (name === undefined || name === '-h' || name === '--help') return print(terminal, overview());
    if (name === '-V' || name === '--version') return print(terminal, `${version()}\n`);
    const command = commandNamed(name, 'terminal');
    const read = readWords(command, words, 'terminal');
    if ('help' in read) return print(terminal, read.help);
    const session = await sessionFor(command, read.args[0], read.options);
    const call = command.program ? { ...read, args: read.args.slice(1) } : read;
    await command.run(call, { session, io: terminal, surface: 'terminal', kernel }).finally(() => session.models.close());
    terminal.finish();
    return interrupt.signal.aborted ? 130 : 0;
  } catch (error) {
    terminal.finish();
    report(error);
    if (interrupt.signal.aborted) return 130;
    return error instanceof UserError && /^command\/(usage|unknown)$/.test(error.code) ? 2 : 1;
  }
}

/** The declarations of the program that a command works on. */
async function sessionFor(command: Command, file: string | undefined, options: Readonly<Record<string, unknown>>): Promise<Session> {
  if (!command.program || file === undefined) return new Session({ folder: process.cwd() });
  const { session, source } = await openProgram(file, { params: options['param'] as Record<string, string> | undefined, dataset: options['dataset'] as string | undefined, importModule });
  const { diagnostics } = await session.declare(source);
  if (diagnostics.length > 0) process.stderr.write(`${diagnostics.map(printDiagnostic).join('\n\n')}\n`);
  return session;
}

/** Loaded when a command needs the kernel: most need none of it. */
const client = () => import('../kernel/client/index.js');

const kernel: KernelTools = {
  install: async (place) => {
    const { installKernelspec, installLabExtension } = await client();
    return { kernel: await installKernelspec(place), extension: await installLabExtension(place) };
  },
  uninstall: async (place) => {
    const { uninstallKernelspec, uninstallLabExtension } = await client();
    return [await uninstallKernelspec(place), await uninstallLabExtension(place)].filter((folder) => folder !== undefined);
  },
  checkTypes: async (folder, claims) => (await import('../kernel/typescript/checkTypes.js')).checkTypes(folder, claims),
  readNotebook: async (path) => (await client()).readNotebook(path),
  notebookText: async (notebook) => (await client()).notebookText(notebook as Notebook),
  async executeNotebook(notebook, { folder, onCell, ...options }) {
    const { executeNotebook, NotebookCellError, NotebookInterrupted } = await client();
    try {
      return { notebook: await executeNotebook(notebook as Notebook, { ...options, cwd: folder, onCell: (_cell, index) => onCell(index) }) };
    } catch (error) {
      // What ran so far is worth keeping.
      if (error instanceof NotebookCellError || error instanceof NotebookInterrupted) return { notebook: error.notebook, failure: error };
      throw error;
    }
  },
};

function overview(): string {
  const width = Math.max(...commandsOf('terminal').map((c) => c.name.length)) + 2;
  const list = commandsOf('terminal').map((c) => `  ${c.name.padEnd(width)}${c.summary}`);
  return `Usage: tasklab COMMAND …\n\nCommands:\n${list.join('\n')}\n\ntasklab COMMAND --help says more.\n`;
}

const version = (): string => (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

function print(terminal: Terminal, text: string): number {
  terminal.write('stdout', text);
  return 0;
}

/** Mistakes as their own lines; anything else is a defect of ours and keeps its stack. */
function report(error: unknown): void {
  const lines = (error as { toLines?(): string[] }).toLines?.();
  process.stderr.write(`${lines ? lines.join('\n') : error instanceof Error ? error.stack : String(error)}\n`);
}

/** Exit codes: 0 done, 1 a mistake was reported, 2 the command was used wrongly, 130 interrupted. */
process.exitCode = await main(process.argv.slice(2));
