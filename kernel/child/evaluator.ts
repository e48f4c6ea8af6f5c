import { Session, type Runtime } from 'node:inspector';
import type { Outcome } from '../cell.js';
import { Interrupted } from './thrown.js';

/**
 * Runs cells as a debugger's console does, through this thread's own inspector session: `const` and `class` can be
 * declared again, `await` stands at the top level, the last expression is the value. `Runtime.enable` stays off, as it
 * would keep all that is printed.
 */
export class Evaluator {
  readonly #session = new Session();
  readonly #receiver: string;
  #received: unknown;

  constructor() {
    this.#session.connect();
    this.#receiver = this.#idOfReceiver();
  }

  /** The value of the last expression; rejects never. Code that is terminated while it waits never settles. */
  run(js: string, file: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const expression = `${js}\n//# sourceURL=${file}`;
      this.#session.post('Runtime.evaluate', { expression, replMode: true, awaitPromise: true, objectGroup: 'cell' }, (error, answer) => {
        resolve(this.#outcome(error, answer));
        const { exceptionDetails, result } = (answer ?? {}) as Partial<Runtime.EvaluateReturnType>;
        if (exceptionDetails || result?.objectId !== undefined) this.#session.post('Runtime.releaseObjectGroup', { objectGroup: 'cell' });
      });
    });
  }

  /** The value of a variable of the user's program; `undefined` where there is none. */
  read(name: string): unknown {
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(name)) return undefined;
    let outcome: Outcome | undefined;
    // Not in replMode, which would answer only after the cell that asks.
    this.#session.post('Runtime.evaluate', { expression: `typeof ${name} === 'undefined' ? undefined : ${name}`, objectGroup: 'read', silent: true }, (error, answer) => {
      outcome = this.#outcome(error, answer);
    });
    this.#session.post('Runtime.releaseObjectGroup', { objectGroup: 'read' });
    return outcome && 'value' in outcome ? outcome.value : undefined;
  }

  #outcome(error: Error | null, answer: object | undefined): Outcome {
    // Termination is an error of the protocol, or an exception without a value.
    if (error) return { thrown: /terminated/.test(error.message) ? new Interrupted() : error };
    const { exceptionDetails: details, result } = answer as Runtime.EvaluateReturnType;
    if (!details) return { value: this.#value(result) };
    if (!details.exception || /Execution was terminated/.test(details.text)) return { thrown: new Interrupted() };
    return { thrown: this.#value(details.exception) };
  }

  /** The value that a remote object stands for: this is its own thread, so nothing is serialised. */
  #value(remote: Runtime.RemoteObject): unknown {
    if (remote.objectId === undefined) {
      const text = remote.unserializableValue;
      if (text === undefined) return remote.value;
      return remote.type === 'bigint' ? BigInt(text.slice(0, -1)) : Number(text);
    }
    this.#session.post(
      'Runtime.callFunctionOn',
      { objectId: this.#receiver, functionDeclaration: 'function (value) { this(value); }', arguments: [{ objectId: remote.objectId }], silent: true },
      () => undefined,
    );
    const value = this.#received;
    this.#received = undefined;
    return value;
  }

  /** A handle on a function that takes values over, known to nobody else. */
  #idOfReceiver(): string {
    const key = '$receiver';
    const scope = globalThis as Record<string, unknown>;
    scope[key] = (value: unknown) => (this.#received = value);
    let id: string | undefined;
    this.#session.post('Runtime.evaluate', { expression: key, objectGroup: 'kernel' }, (_, answer) => (id = answer.result.objectId));
    delete scope[key];
    if (id === undefined) throw new Error('The inspector does not answer.');
    return id;
  }
}
