import type { CellError, MimeBundle } from '../cell.js';
import type { Message } from '../messages.js';
import type { NotebookOutput } from './nbformat.js';

/** The outputs of a notebook's cells while they run: a display can change in cells that ran before. */
export class CollectedOutputs {
  readonly #cells = new Map<number, NotebookOutput[]>();
  readonly #displays = new Map<string, { readonly cell: number; readonly at: number }[]>();
  #clearNext = false;

  of(cell: number): readonly NotebookOutput[] {
    return this.#cells.get(cell) ?? [];
  }

  /** Adds what `message` says to the outputs of `cell`. */
  add(cell: number, message: Message): void {
    const { content } = message;
    switch (message.header.msg_type) {
      case 'stream':
        return this.#stream(cell, String(content['name']), String(content['text']));
      case 'display_data':
        return this.#display(cell, message, { output_type: 'display_data', ...bundle(message) });
      case 'execute_result':
        return this.#display(cell, message, { output_type: 'execute_result', execution_count: content['execution_count'] as number, ...bundle(message) });
      case 'update_display_data':
        return this.#update(message);
      case 'error': {
        const { ename, evalue, traceback } = content as unknown as CellError;
        this.#outputs(cell).push({ output_type: 'error', ename, evalue, traceback });
        return;
      }
      case 'clear_output':
        if (content['wait'] === true) this.#clearNext = true;
        else this.#clear(cell);
    }
  }

  /** A cell begins or ends: a `clear_output` that waited for its next output waits no more. */
  turn(): void {
    this.#clearNext = false;
  }

  /** The list that the next output goes to. */
  #outputs(cell: number): NotebookOutput[] {
    if (this.#clearNext) {
      this.#clearNext = false;
      this.#clear(cell);
    }
    let outputs = this.#cells.get(cell);
    if (!outputs) this.#cells.set(cell, (outputs = []));
    return outputs;
  }

  #clear(cell: number): void {
    this.#cells.set(cell, []);
    for (const [id, places] of this.#displays) this.#displays.set(id, places.filter((place) => place.cell !== cell));
  }

  #stream(cell: number, name: string, text: string): void {
    const outputs = this.#outputs(cell);
    const last = outputs.at(-1);
    if (last?.output_type === 'stream' && last.name === name) outputs[outputs.length - 1] = { ...last, text: last.text + text };
    else outputs.push({ output_type: 'stream', name, text });
  }

  #display(cell: number, message: Message, output: NotebookOutput): void {
    this.#update(message);
    const outputs = this.#outputs(cell);
    const id = displayId(message);
    if (id !== undefined) this.#displays.set(id, [...(this.#displays.get(id) ?? []), { cell, at: outputs.length }]);
    outputs.push(output);
  }

  /** Replaces every output of that display, in whatever cell. */
  #update(message: Message): void {
    const id = displayId(message);
    for (const { cell, at } of (id !== undefined && this.#displays.get(id)) || []) {
      const outputs = this.#cells.get(cell)!;
      outputs[at] = { ...outputs[at]!, ...bundle(message) } as NotebookOutput;
    }
  }
}

const bundle = ({ content }: Message): { data: MimeBundle; metadata: object } => ({
  data: content['data'] as MimeBundle,
  metadata: (content['metadata'] ?? {}) as object,
});

const displayId = ({ content }: Message): string | undefined => (content['transient'] as { display_id?: string } | undefined)?.display_id;
