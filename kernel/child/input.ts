import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { KernelError } from '../error.js';
import { answer } from './channel.js';
import { cell } from './ownership.js';
import { shared, type InputAnswer } from './protocol.js';

/** What front ends send for Ctrl-D. */
const endOfInput = '\x04';

/** Questions to the user. The agent's thread brings the answers, so that this one may stand still until they come. */
export class Input {
  readonly #waiting = new Map<number, (answer: InputAnswer) => void>();
  #count = 0;

  constructor(
    private readonly memory: Int32Array,
    private readonly answers: MessagePort,
  ) {
    answers.on('message', (answer: InputAnswer) => this.#take(answer)).unref();
  }

  /** The functions that cells find. */
  readonly globals = {
    /** As in browsers: waits for a line; `null` when the user ends the input instead. */
    prompt: (message: unknown = '', otherwise?: unknown): string | null => {
      const line = this.#askNow(otherwise === undefined ? String(message) : `${String(message).trimEnd()} [${String(otherwise)}] `);
      return line === '' && otherwise !== undefined ? String(otherwise) : line;
    },
    /** As in browsers: waits for yes or no. */
    confirm: (message: unknown = ''): boolean => /^\s*y(es)?\s*$/i.test(this.#askNow(`${String(message).trimEnd()} [y/N] `.trimStart()) ?? ''),
    /** A line, without standing still. */
    input: (message: unknown = '', { password = false }: { readonly password?: boolean } = {}): Promise<string> => this.#ask(String(message), password === true),
  };

  /** For magics: a line; nothing where the front end passes no questions on, or the user ends the input. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.#send(question, false, (answer) => resolve('value' in answer && answer.value !== endOfInput ? answer.value : undefined));
    });
  }

  #ask(prompt: string, password: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#send(prompt, password, (answer) => {
        try {
          const line = lineOf(answer);
          if (line === null) throw new KernelError('kernel/input-ended', 'The user ended the input.', 'Catch the error where that is an answer too.');
          resolve(line);
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  #askNow(prompt: string): string | null {
    let answer: InputAnswer | undefined;
    this.#send(prompt, false, (given) => (answer = given));
    for (;;) {
      const seen = Atomics.load(this.memory, shared.answers);
      for (let next; (next = receiveMessageOnPort(this.answers)); ) this.#take(next.message as InputAnswer);
      if (answer) return lineOf(answer);
      // An interrupt ends this as it ends every other code.
      Atomics.wait(this.memory, shared.answers, seen);
    }
  }

  #send(prompt: string, password: boolean, take: (answer: InputAnswer) => void): void {
    const count = ++this.#count;
    this.#waiting.set(count, take);
    answer({ type: 'input', id: cell(), question: { count, prompt, password } });
  }

  #take(answer: InputAnswer): void {
    const take = this.#waiting.get(answer.count);
    this.#waiting.delete(answer.count);
    take?.(answer);
  }
}

function lineOf(answer: InputAnswer): string | null {
  if ('value' in answer) return answer.value === endOfInput ? null : answer.value;
  const { code, message, hint } = answer.refused;
  throw new KernelError(code, message, hint);
}
