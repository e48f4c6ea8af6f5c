import { stringify } from 'yaml';
import type { Job } from '../run/job.js';

/** Whose keys these are. */
export const autotrainVersion = '0.8.36';
export const configurationPath = 'autotrain.yaml';
export const dataPath = 'data';

/** Kinds of task as AutoTrain calls them. */
export const autotrainTasks: Readonly<Record<string, string>> = {
  text_classification: 'text_classification',
  supervised_fine_tuning: 'llm-sft',
  reward_modeling: 'llm-reward',
  direct_preference_optimization: 'llm-dpo',
};

export interface ConfigurationParts {
  readonly model: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly chats: boolean;
  /** Are the test rows its validation split? */
  readonly validates: boolean;
}

/** `autotrain --config FILE` reads it; paths start where it is run, in the run's folder. */
export function configuration({ kind, training, options, seed }: Pick<Job, 'kind' | 'training' | 'options' | 'seed'>, { model, columns, chats, validates }: ConfigurationParts): string {
  const { chat_template, ...params } = options;
  const isLanguageModel = kind !== 'text_classification';
  const text = stringify({
    task: autotrainTasks[kind],
    base_model: model,
    project_name: projectName(training),
    log: 'none',
    backend: 'local',
    data: {
      path: dataPath,
      train_split: 'train',
      valid_split: validates ? 'valid' : null,
      // Without one chats would be learned as Python writes lists.
      ...(isLanguageModel && { chat_template: chat_template ?? (chats ? 'tokenizer' : null) }),
      column_mapping: columns,
    },
    params: { ...params, seed },
  });
  return `# For autotrain-advanced ${autotrainVersion}, in this folder:\n# ${command}\n${text}`;
}

/** AutoTrain lets models bring code unless it is told not to. */
export const command = `ALLOW_REMOTE_CODE=false autotrain --config ${configurationPath}`;

/** AutoTrain takes letters, digits and hyphens, at most 50. */
export const projectName = (training: string): string => training.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 50).replace(/^-+|-+$/g, '') || 'model';
