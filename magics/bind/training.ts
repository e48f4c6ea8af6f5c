import type { TrainingPlan } from '../../dsl/index.js';
import type { RunStore } from '../../runtime/run/store.js';
import { Trainer } from '../../runtime/trainer.js';

export interface BoundTraining {
  readonly plan: TrainingPlan;
  readonly trainer: Trainer;
}

/** The trainer that a declaration means, with options that were changed since. */
export function bindTraining(plan: TrainingPlan, changed: Readonly<Record<string, unknown>>, runs: RunStore): BoundTraining {
  const trainer = new Trainer({
    name: plan.name,
    framework: plan.framework,
    runs,
    model: plan.model && 'text' in plan.model ? plan.model.text : undefined,
    options: { ...plan.options, ...changed },
    blocks: plan.blocks,
    seed: plan.seed,
    launch: plan.launch,
  });
  return { plan, trainer };
}
