import type { Model } from '../runtime/frameworks/model.js';
import type { Run } from '../runtime/run/run.js';

/** A loaded model of a language takes much memory: so many stay at once, for so long after they were asked last. */
const maxModels = 2;
const idleMs = 10 * 60_000;

interface Kept {
  readonly model: Promise<Model>;
  readonly idle: NodeJS.Timeout;
}

/** The models of the runs that were asked last: loading one takes seconds, asking it again none. */
export class ModelShelf {
  /** By the run's folder; the one asked last stands last. */
  readonly #kept = new Map<string, Kept>();

  /** Asks a run's model; one that was lost meanwhile is loaded anew. */
  async use<T>(run: Run, ask: (model: Model) => Promise<T>): Promise<T> {
    const model = await this.#take(run);
    try {
      return await ask(model);
    } catch (error) {
      if ((error as { code?: unknown }).code === 'run/model-lost') await this.#drop(run.folder);
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((folder) => this.#drop(folder)));
  }

  async #take(run: Run): Promise<Model> {
    const { folder } = run;
    const known = this.#kept.get(folder);
    if (known) {
      this.#kept.delete(folder);
      this.#kept.set(folder, known);
      known.idle.refresh();
      return known.model;
    }
    const model = import('../runtime/frameworks/index.js').then(({ openModel }) => openModel(run));
    this.#kept.set(folder, { model, idle: setTimeout(() => void this.#drop(folder), idleMs).unref() });
    // What cannot be loaded is not kept.
    model.catch(() => this.#kept.delete(folder));
    for (const oldest of [...this.#kept.keys()].slice(0, -maxModels)) await this.#drop(oldest);
    return model;
  }

  async #drop(folder: string): Promise<void> {
    const kept = this.#kept.get(folder);
    this.#kept.delete(folder);
    clearTimeout(kept?.idle);
    await kept?.model.then((model) => model.close(), () => {});
  }
}
