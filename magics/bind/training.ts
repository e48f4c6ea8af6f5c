import type { TrainingPlan } from '../../dsl/index.js';
import type { RunStore } from '../../runtime/run/store.js';
import { Trainer, type LaterRun, type StartModel } from '../../runtime/trainer.js';

export interface BoundTraining {
  readonly plan: TrainingPlan;
  readonly trainer: Trainer;
}

export interface TrainingPlaces {
  /** The kind of its task; absent: the task waits for its data. */
  readonly kind: string | undefined;
  readonly runs: RunStore;
  /** Where relative folders of models start. */
  readonly folder: string;
  /** The run that a training's name stands for. */
  later(training: string): LaterRun;
}

/** The trainer that a declaration means, with options that were changed since. */
export function bindTraining(plan: TrainingPlan, changed: Readonly<Record<string, unknown>>, { kind, runs, folder, later }: TrainingPlaces): BoundTraining {
  const startModel = (model: TrainingPlan['model']): StartModel | undefined => model && ('text' in model ? model.text : later(model.training));
  const trainer = new Trainer({
    name: plan.name,
    framework: plan.framework,
    kind,
    runs,
    folder,
    model: startModel(plan.model),
    rewardModel: startModel(plan.rewardModel),
    revision: plan.revision,
    trust: plan.trust,
    options: { ...plan.options, ...changed },
    blocks: plan.blocks,
    seed: plan.seed,
    launch: plan.launch,
  });
  return { plan, trainer };
}
