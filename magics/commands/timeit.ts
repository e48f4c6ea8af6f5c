import { UserError } from '../../runtime/error.js';
import { command } from '../command.js';
import { duration } from '../duration.js';

/** One loop takes at least this long, so that the clock is exact enough. */
const loopMs = 200;

export const timeit = command({
  name: 'timeit',
  summary: 'Runs TypeScript many times and says how long one takes; its variables are its own, a promise is awaited each time.',
  only: 'notebook',
  line: 'code',
  body: 'code',
  code: 'function',
  arguments: [],
  options: {
    loops: { type: 'integer', short: 'n', doc: 'How often it runs in a loop. Default: so often that a loop takes 0.2 s.' },
    repeat: { type: 'integer', short: 'r', doc: 'How many loops are timed.', default: 7 },
  },
  returns: '{ readonly loops: number; readonly milliseconds: readonly number[]; readonly mean: number; readonly deviation: number }',
  examples: ['%timeit rows.filter(isGood)', '%timeit -n 10 -r 3 await load()', '%%timeit const rows = make()'],
  async run({ code, options, assigned }, { io }) {
    if ((options.loops ?? 1) < 1 || (options.repeat ?? 1) < 1) throw new UserError('command/usage', 'Loops are counted from 1.', '%timeit -h shows how it is used.');
    const timer = new Timer((await code!()) as () => unknown, io.signal);
    const loops = options.loops ?? (await timer.enough());
    const milliseconds: number[] = [];
    for (let i = 0; i < (options.repeat ?? 7); i++) milliseconds.push((await timer.loop(loops)) / loops);
    const mean = milliseconds.reduce((sum, one) => sum + one, 0) / milliseconds.length;
    const deviation = Math.sqrt(milliseconds.reduce((sum, one) => sum + (one - mean) ** 2, 0) / milliseconds.length);
    const runs = `${milliseconds.length} run${milliseconds.length === 1 ? '' : 's'}, ${loops.toLocaleString('en')} loop${loops === 1 ? '' : 's'} each`;
    if (!assigned) io.write('stdout', `${duration(mean)} ± ${duration(deviation)} per loop (mean ± std. dev. of ${runs})\n`);
    return { loops, milliseconds, mean, deviation };
  },
});

class Timer {
  /** Made anew for each code, so that V8 knows of no other that it ran. */
  readonly #repeat = new Function('once', 'count', 'let value; for (let i = 0; i < count; i++) value = once(); return value;') as (once: () => unknown, count: number) => unknown;
  readonly #interrupted: Promise<never>;

  constructor(
    private readonly once: () => unknown,
    private readonly signal: AbortSignal,
  ) {
    this.#interrupted = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    this.#interrupted.catch(() => undefined);
  }

  /** 1, 2, 5, 10 … loops: the first count that takes long enough. */
  async enough(): Promise<number> {
    for (let power = 1; ; power *= 10) {
      for (const digit of [1, 2, 5]) if ((await this.loop(digit * power)) >= loopMs) return digit * power;
    }
  }

  /** Milliseconds of so many runs; rejects when the user interrupts. */
  async loop(count: number): Promise<number> {
    // Here an interrupt is heard.
    await new Promise((resolve) => setImmediate(resolve));
    this.signal.throwIfAborted();
    const start = performance.now();
    const { once } = this;
    const first = once();
    if (first instanceof Promise) await Promise.race([this.#others(first, count), this.#interrupted]);
    else this.#repeat(once, count - 1);
    return performance.now() - start;
  }

  async #others(first: Promise<unknown>, count: number): Promise<void> {
    const { once } = this;
    await first;
    for (let i = 1; i < count && !this.signal.aborted; i++) await once();
  }
}
