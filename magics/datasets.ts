import type { DatasetPlan, DatasetSchema } from '../dsl/index.js';
import type { Scope } from '../kernel/cell.js';
import type { FeedbackDataset } from '../runtime/index.js';
import { bindDataset } from './bind/dataset.js';
import { datasetSchema } from './schema.js';

/** The data sets of a session: opened once, opened again when their declaration says something else. */
export class DatasetShelf {
  readonly #open = new Map<string, { readonly key: string; readonly dataset: FeedbackDataset }>();

  constructor(
    private readonly folder: string,
    private readonly scope: Scope,
  ) {}

  /** Opens what is not open yet, and gives the schemas of all. */
  async open(plans: readonly DatasetPlan[]): Promise<Record<string, DatasetSchema>> {
    for (const plan of plans) await this.get(plan);
    return this.schemas();
  }

  async get(plan: DatasetPlan): Promise<FeedbackDataset> {
    const key = JSON.stringify(plan);
    const open = this.#open.get(plan.name);
    // A variable may have another value by now.
    if (open?.key === key && plan.source !== 'value') return open.dataset;
    const dataset = await bindDataset(plan, this.folder, this.scope);
    this.#open.set(plan.name, { key, dataset });
    return dataset;
  }

  schemas(): Record<string, DatasetSchema> {
    return Object.fromEntries([...this.#open].map(([name, { dataset }]) => [name, datasetSchema(dataset)]));
  }
}
