import type { DatasetPlan, DatasetSchema } from '../dsl/index.js';
import type { Scope } from '../kernel/cell.js';
import { sourceNamed } from '../runtime/dataset/sources/table.js';
import { UserError } from '../runtime/error.js';
import type { FeedbackDataset } from '../runtime/index.js';
import { datasetSchema } from './schema.js';

/** The data sets of a session: opened once, opened again when their declaration says something else. */
export class DatasetShelf {
  readonly #open = new Map<string, { readonly key: string; readonly dataset: FeedbackDataset }>();

  constructor(
    private readonly folder: string,
    private readonly scope: Scope,
  ) {}

  /** Opens what is not open yet: the schemas of what could be opened, and why the rest could not. */
  async open(plans: readonly DatasetPlan[]): Promise<{ schemas: Record<string, DatasetSchema>; failures: Map<string, UserError> }> {
    const schemas: Record<string, DatasetSchema> = {};
    const failures = new Map<string, UserError>();
    for (const plan of plans) {
      try {
        schemas[plan.name] = datasetSchema(await this.get(plan));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        failures.set(plan.name, error);
      }
    }
    return { schemas, failures };
  }

  async get(plan: DatasetPlan): Promise<FeedbackDataset> {
    const key = JSON.stringify(plan);
    const open = this.#open.get(plan.name);
    // A variable may have another value by now.
    if (open?.key === key && plan.source !== 'value') return open.dataset;
    const dataset = await sourceNamed(plan.source).open({ ...plan, folder: this.folder, variable: this.scope });
    this.#open.set(plan.name, { key, dataset });
    return dataset;
  }
}
