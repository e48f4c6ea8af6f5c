import { shared } from './protocol.js';
import { Interrupted } from './thrown.js';

/** How a loop that works on copies of variables ends where it is interrupted: termination would leave it no time to give them back. */
export class Loop {
  readonly #stop: Int32Array;

  constructor(private readonly memory: Int32Array) {
    this.#stop = memory.subarray(shared.stop, shared.stop + 1);
  }

  /** Its one number is not 0 when the loop is to end. */
  begin(): Int32Array {
    this.#stop[0] = 0;
    Atomics.store(this.memory, shared.looping, Atomics.load(this.memory, shared.running));
    return this.#stop;
  }

  /** The variables are given back. */
  end(): void {
    Atomics.store(this.memory, shared.looping, 0);
    if (this.#stop[0] !== 0) throw new Interrupted();
  }
}
