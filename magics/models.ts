import type { Model } from '../runtime/frameworks/model.js';
import type { Run } from '../runtime/run/run.js';

/** A loaded model of a language takes much memory: so many stay at once, for so long after their last answer. One that is at work always stays. */
const maxModels = 2;
const idleMs = 10 * 60_000;

interface Kept {
  readonly folder: string;
  readonly model: Promise<Model>;
  /** Questions that are under way. */
  uses: number;
  /** Runs while there are none. */
  idle?: NodeJS.Timeout;
  closed?: Promise<void>;
}

/** Asks a model; calls `shown` as soon as a part of the answer cannot be taken back. */
export type Ask<T> = (model: Model, shown: () => void) => Promise<T>;

/** The models of the runs that were asked last: loading one takes seconds, asking it again none. */
export class ModelShelf {
  /** By the run's folder; the one asked last stands last. */
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly open: (run: Run) => Promise<Model> = async (run) => (await import('../runtime/frameworks/index.js')).openModel(run)) {}

  /** Asks a run's model. One that was lost since it was loaded is loaded anew and asked again, once, unless a part of its answer was shown. */
  async use<T>(run: Run, ask: Ask<T>): Promise<T> {
    for (let mayRepeat = true; ; mayRepeat = false) {
      const known = this.#kept.get(run.folder);
      const kept = known ?? this.#load(run);
      this.#begin(kept);
      let isShown = false;
      try {
        return await ask(await kept.model, () => (isShown = true));
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'run/model-lost') throw error;
        this.#forget(kept);
        if (!known || isShown || !mayRepeat) throw error;
      } finally {
        await this.#end(kept);
      }
    }
  }

  /** Closes all of them, those at work too. */
  async close(): Promise<void> {
    await Promise.all([...this.#kept.values()].map((kept) => this.#drop(kept)));
  }

  #load(run: Run): Kept {
    // Room first: two models and a third may be more than there is.
    const model = this.#makeRoom(maxModels - 1).then(() => this.open(run));
    const kept: Kept = { folder: run.folder, model, uses: 0 };
    // What cannot be loaded is not kept.
    model.catch(() => this.#forget(kept));
    return kept;
  }

  #begin(kept: Kept): void {
    kept.uses++;
    clearTimeout(kept.idle);
    this.#kept.delete(kept.folder);
    this.#kept.set(kept.folder, kept);
  }

  async #end(kept: Kept): Promise<void> {
    if (--kept.uses > 0) return;
    if (this.#kept.get(kept.folder) !== kept) return this.#drop(kept);
    kept.idle = setTimeout(() => void this.#drop(kept), idleMs).unref();
    await this.#makeRoom(maxModels);
  }

  /** Drops those that were asked longest ago, until no more than that stay; those at work stay in any case. */
  async #makeRoom(most: number): Promise<void> {
    const unused = [...this.#kept.values()].filter(({ uses }) => uses === 0);
    await Promise.all(unused.slice(0, Math.max(0, this.#kept.size - most)).map((kept) => this.#drop(kept)));
  }

  /** Nobody gets it any more; who uses it goes on. */
  #forget(kept: Kept): void {
    if (this.#kept.get(kept.folder) === kept) this.#kept.delete(kept.folder);
    clearTimeout(kept.idle);
  }

  async #drop(kept: Kept): Promise<void> {
    this.#forget(kept);
    await (kept.closed ??= kept.model.then((model) => model.close(), () => {}));
  }
}
