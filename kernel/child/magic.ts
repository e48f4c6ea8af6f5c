import type { CellHandlerModule, CellRunner, MagicCall, RunnerHost } from '../cell.js';
import { answer } from './channel.js';
import { cellIO } from './display.js';
import { Interrupted } from './thrown.js';

/** Loads the handler's runner when the first magic needs it, or while nothing else is to do. */
export class Magics {
  #runner: Promise<CellRunner> | undefined;
  #loaded: CellRunner | undefined;
  #sent = '';

  constructor(
    private readonly handler: string | undefined,
    private readonly host: RunnerHost,
    private readonly ask: (question: string, signal: AbortSignal) => Promise<string | undefined>,
  ) {}

  async run(call: MagicCall, signal: AbortSignal): Promise<unknown> {
    const runner = await this.load();
    const value = await runner.run(call, { ...cellIO(signal), ask: (question) => this.ask(question, signal) });
    if (signal.aborted) throw new Interrupted();
    return value;
  }

  load(): Promise<CellRunner> {
    return (this.#runner ??= this.#load());
  }

  async #load(): Promise<CellRunner> {
    if (this.handler === undefined) throw new Error('This kernel has no magics.');
    const { createRunner } = (await import(this.handler)) as CellHandlerModule;
    return (this.#loaded = await createRunner(this.host));
  }

  /** Tells the kernel process what completion needs to know, where that changed. */
  sendContext(): void {
    const context = JSON.stringify(this.#loaded?.context?.());
    if (context === undefined || context === this.#sent) return;
    this.#sent = context;
    answer({ type: 'context', context: JSON.parse(context) });
  }
}
