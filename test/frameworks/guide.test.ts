/** Every name in the "Training Configs" of Argilla's guide, framework by framework: taken, taken by today's name, or refused with what to do instead. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compile, readProgram, type Compiled } from '../../dsl/index.js';
import { languageSchema } from '../../magics/schema.js';
import { RunStore } from '../../runtime/run/store.js';
import { Trainer } from '../../runtime/trainer.js';

type Value = string | number | boolean | null | readonly (string | number)[];

/** What becomes of a name. */
type Outcome =
  | { readonly taken: Value; readonly preset: unknown }
  | { readonly taken: Value; readonly as: string; readonly block?: string }
  | { readonly refused: string };

/** An option of the same name today, with its default. */
const taken = (value: Value, preset: unknown): Outcome => ({ taken: value, preset });
const renamed = (value: Value, as: string): Outcome => ({ taken: value, as });
/** The hint says it. */
const refused = (hint: string): Outcome => ({ refused: hint });

const setting = 'It is a setting of the training: ';
const place = refused('HF_HOME');
const local = refused('Runs stay on this machine.');

/** What loads a model: `AutoModelForTextClassification`, `SetFitModel`. */
const loading = {
  pretrained_model_name_or_path: refused('Write model ='),
  force_download: place, resume_download: place, proxies: place, cache_dir: place, local_files_only: place,
  token: refused('HF_TOKEN in the environment'),
};

/** `transformers.TrainingArguments`, which the guide lists for five frameworks. */
const trainingArguments = {
  per_device_train_batch_size: taken(4, 8),
  per_device_eval_batch_size: taken(4, 8),
  gradient_accumulation_steps: taken(2, 1),
  learning_rate: taken(1e-4, 5e-5),
  weight_decay: taken(0.1, 0),
  adam_beta1: taken(0.8, 0.9),
  adam_beta2: taken(0.9, 0.999),
  adam_epsilon: taken(1e-7, 1e-8),
  max_grad_norm: taken(2, 1),
  num_train_epochs: taken(1, 3),
  max_steps: taken(0, -1),
  log_level: taken('info', 'passive'),
  logging_strategy: taken('epoch', 'steps'),
  save_strategy: taken('steps', 'no'),
  save_steps: taken(100, 500),
  seed: refused(`${setting}seed = 42`),
  push_to_hub: local, hub_model_id: local, hub_strategy: local, hub_token: local, hub_private_repo: local,
} satisfies Record<string, Outcome>;

const adapter = refused('lora');
const rows = refused('The task says which rows there are, train_size how many are held out.');
const classification = refused('measured');
const columns = refused('The task says');

/** Arguments of the trainers of TRL that the guide names, beside their `TrainingArguments`. */
const trlTrainer = {
  model: refused(setting), args: refused('Write each as an option.'), data_collator: refused('as the kind needs it'), train_dataset: rows, eval_dataset: rows, tokenizer: refused('its own tokenizer'),
  model_init: refused('Write model ='), compute_metrics: refused('metrics'), callbacks: refused('Functions cannot be given'), optimizers: refused('Give optim'), preprocess_logits_for_metrics: refused('metrics'),
  peft_config: refused('It is a block'),
};

interface Section {
  readonly framework: string;
  readonly kind: string;
  readonly section: string;
  /** Where the names stand. Default: `options`. */
  readonly block?: string;
  readonly names: Readonly<Record<string, Outcome>>;
}

const trl = (kind: string, names: Readonly<Record<string, Outcome>>, own: Readonly<Record<string, Outcome>> = {}): Section[] => [
  { framework: 'trl', kind, section: 'TRL\'s trainer', names: { ...trlTrainer, ...names } },
  // TRL's classes have defaults of their own.
  { framework: 'trl', kind, section: 'TrainingArguments', names: { ...trainingArguments, ...own } },
];
const transformers = ['text_classification', 'token_classification', 'question_answering', 'pretraining'].flatMap((kind): Section[] => [
  { framework: 'transformers', kind, section: 'AutoModelForTextClassification', names: loading },
  { framework: 'transformers', kind, section: 'TrainingArguments', names: trainingArguments },
]);
const kept = refused('The finished policy is kept');

const guide: readonly Section[] = [
  {
    framework: 'openai', kind: 'text_classification', section: 'OpenAI.FineTune',
    names: {
      training_file: refused('uploaded'), validation_file: refused('uploaded'), model: refused(setting),
      n_epochs: taken(2, 'auto'), batch_size: taken(16, 'auto'), learning_rate_multiplier: taken(0.1, 'auto'), suffix: taken('mine', null),
      prompt_loss_weight: refused('answers alone'),
      compute_classification_metrics: classification, classification_n_classes: refused('labels'), classification_positive_class: classification, classification_betas: classification,
    },
  },
  {
    framework: 'autotrain', kind: 'text_classification', section: 'AutoTrain.autotrain_advanced',
    names: {
      model: refused('Write model ='), autotrain: refused('the one model'), source_language: refused('from the model'), num_models: refused('the one model'), hub_model: refused('as options of their own'),
      learning_rate: renamed(0.001, 'lr'), optimizer: taken('adamw_hf', 'adamw_torch'), scheduler: taken('cosine', 'linear'), train_batch_size: renamed(4, 'batch_size'), epochs: taken(10, 3),
      percentage_warmup: renamed(0.2, 'warmup_ratio'), gradient_accumulation_steps: renamed(2, 'gradient_accumulation'), weight_decay: taken(0.1, 0), tasks: refused('The kind of the task says it.'),
    },
  },
  { framework: 'setfit', kind: 'text_classification', section: 'SetFitModel', names: loading },
  {
    framework: 'setfit', kind: 'text_classification', section: 'SetFitTrainer',
    names: {
      metric: refused('its metrics are computed'), num_iterations: taken(20, null), num_epochs: taken(2, [1, 16]), learning_rate: renamed(2e-5, 'body_learning_rate'), batch_size: taken(8, [16, 2]),
      seed: refused(`${setting}seed = 42`), use_amp: taken(true, false), warmup_proportion: taken(0.2, 0.1), distance_metric: taken('eucledian_distance', 'cosine_distance'), margin: taken(0.5, 0.25), samples_per_label: taken(4, 2),
    },
  },
  ...['text_classification', 'token_classification'].map((kind): Section => ({
    framework: 'spacy', kind, section: 'spacy.training',
    names: {
      dev_corpus: refused('train_size holds out'), train_corpus: columns, seed: refused(`${setting}seed = 42`), gpu_allocator: taken('pytorch', null), accumulate_gradient: taken(2, 1), patience: taken(100, 1600), max_epochs: taken(3, 0),
      max_steps: taken(60, 20_000), eval_frequency: taken(20, 200), frozen_components: taken(['tok2vec'], []), annotating_components: taken(['tok2vec'], []), before_to_disk: refused('Functions'), before_update: refused('Functions'),
    },
  })),
  ...transformers,
  {
    framework: 'peft', kind: 'text_classification', section: 'LoraConfig', block: 'lora',
    names: {
      r: taken(16, 8), target_modules: taken(['query', 'value'], null), lora_alpha: taken(16, 8), lora_dropout: taken(0.1, 0), fan_in_fan_out: taken(true, false), bias: taken('all', 'none'),
      modules_to_save: taken(['classifier'], null), init_lora_weights: taken('gaussian', true), inference_mode: refused('in training mode'),
    },
  },
  {
    framework: 'peft', kind: 'text_classification', section: 'LoraConfig, as the guide writes it',
    names: {
      r: adapter, target_modules: adapter, lora_alpha: adapter, lora_dropout: adapter, fan_in_fan_out: adapter, bias: adapter, inference_mode: refused('in training mode'), modules_to_save: adapter, init_lora_weights: adapter,
    },
  },
  { framework: 'peft', kind: 'text_classification', section: 'AutoModelForTextClassification', names: loading },
  { framework: 'peft', kind: 'text_classification', section: 'TrainingArguments', names: trainingArguments },
  {
    framework: 'span_marker', kind: 'token_classification', section: 'SpanMarkerConfig',
    names: { pretrained_model_name_or_path: refused('Write model ='), model_max_length: taken(256, null), marker_max_length: taken(64, 128), entity_max_length: taken(4, 8) },
  },
  { framework: 'span_marker', kind: 'token_classification', section: 'TrainingArguments', names: trainingArguments },
  ...trl('supervised_fine_tuning', {
    dataset_text_field: refused('which column is the text'), packing: taken(true, false), formatting_func: columns, max_seq_length: renamed(512, 'max_length'), infinite: refused('Give max_steps'), num_of_sequences: refused('packing = true'),
    chars_per_token: refused('packing = true'), dataset_num_proc: taken(1, null), dataset_batch_size: refused('dataset_num_proc'), neftune_noise_alpha: taken(5, null), model_init_kwargs: refused('as its configuration says'),
  }, { learning_rate: taken(1e-4, 2e-5) }),
  ...trl('reward_modeling', { max_length: taken(512, 1024) }, { learning_rate: taken(1e-4, 1e-4) }),
  ...trl('direct_preference_optimization', {
    ref_model: refused('starts from'), beta: taken(0.2, 0.1), loss_type: taken(['ipo'], ['sigmoid']), label_smoothing: taken(0.1, 0), label_pad_token_id: refused('tokenizer'), padding_value: refused('tokenizer'),
    truncation_mode: taken('keep_end', 'keep_start'), max_length: taken(512, 1024), max_prompt_length: refused('max_length counts'), max_target_length: refused('max_length counts'), is_encoder_decoder: refused('configuration'),
    disable_dropout: taken(false, true), generate_during_eval: refused('%generate'),
  }, { learning_rate: taken(1e-4, 1e-6) }),
  ...trl('proximal_policy_optimization', {
    config: refused('options block'), ref_model: refused('starts from'), dataset: columns, optimizer: refused('Give optim'), num_shared_layers: refused('lora'), lr_scheduler: refused('lr_scheduler_type'),
    reward_model: refused('reward_model = TRAINING'), length_sampler_kwargs: refused('length_sampler'), generation_kwargs: refused('generation'), ppo_epochs: renamed(2, 'num_ppo_epochs'), init_kl_coef: renamed(0.2, 'kl_coef'),
    steps: renamed(64, 'total_episodes'), batch_size: renamed(16, 'per_device_train_batch_size'), mini_batch_size: refused('num_mini_batches'), model_name: refused('Write model ='), cliprange: taken(0.1, 0.2), vf_coef: taken(0.2, 0.1),
    gamma: taken(0.9, 1), lam: taken(0.9, 0.95), max_seq_length: refused('response_length'),
  }, { learning_rate: taken(1e-4, 3e-6), max_steps: refused('Give total_episodes.'), save_strategy: kept, save_steps: kept }),
  // The blocks of the guide's PPO, by their old names.
  { framework: 'trl', kind: 'proximal_policy_optimization', section: 'generation_kwargs', block: 'generation_kwargs', names: { min_length: taken(-1, -1), top_k: taken(0, 0), top_p: taken(1, 1), do_sample: taken(true, true) } },
];

const tasks: Readonly<Record<string, string>> = {
  text_classification: 'text = text; label = label by majority',
  token_classification: 'text = text; spans = parts by disagreement',
  question_answering: 'question = "What?"; context = text; answer = text',
  pretraining: 'text = text',
  supervised_fine_tuning: 'text = text',
  reward_modeling: 'chosen = text; rejected = "no"',
  direct_preference_optimization: 'prompt = text; chosen = text; rejected = "no"',
  proximal_policy_optimization: 'query = text',
};
const schema = languageSchema({
  data: {
    fields: [{ name: 'text', required: true }], metadata: [], extraMetadata: false,
    questions: { label: { type: 'label', required: true, options: ['a', 'b'] }, parts: { type: 'span', required: true, options: ['a'] } },
  },
});

function compiled({ framework, kind }: Section, block: string, name: string, value: Value): Compiled {
  const text = `task t: ${kind} on data { ${tasks[kind]} }\ntraining m { task = t; framework = ${framework}; model = "organization/model"; ${block} { ${name} = ${JSON.stringify(value)} } }`;
  const { declarations, diagnostics, incomplete } = readProgram({ name: 'guide.task', text, lineOffset: 0 }, () => '');
  expect(diagnostics).toEqual([]);
  return compile(declarations, { schema, incomplete });
}

const folder = mkdtempSync(join(tmpdir(), 'tasklab-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function trainer({ framework, kind }: Pick<Section, 'framework' | 'kind'>, settings: { readonly options?: Record<string, Value>; readonly blocks?: Record<string, Record<string, Value>> }): Trainer {
  // SpanMarker takes nothing of a hub that is not trusted; a service takes no folder.
  const model = framework === 'span_marker' ? folder : 'organization/model';
  return new Trainer({ name: 'm', framework, kind, runs: new RunStore(join(folder, 'runs')), model, ...(kind === 'proximal_policy_optimization' && { rewardModel: 'organization/reward' }), ...settings });
}

const seed = join(import.meta.dirname, '../../../shared/seed');
it('leaves out no name of the guide itself', ({ skip }) => {
  skip(!existsSync(seed), 'the guide does not lie beside the checkout');
  const text = readdirSync(seed).map((file) => readFileSync(join(seed, file), 'utf8')).find((one) => one.includes('Training Configs#'))!;
  const section = text.slice(text.indexOf('Training Configs#'), text.indexOf('The TrainingTask#'));
  const named = new Set([...section.matchAll(/^ {4,}"?(\w+)"? *[=:] /gm), ...section.matchAll(/^ {4}(\w+)=/gm)].map(([, name]) => name!));
  expect(named.size).toBeGreaterThan(60);
  const known = new Set(guide.flatMap(({ names }) => Object.keys(names)));
  expect([...named].filter((name) => !known.has(name))).toEqual([]);
});

it('takes the guide\'s programs for reinforcement learning as they are written there', () => {
  const text = `task t: ppo on data { query = text }
training ppo_model {
  task = t
  framework = trl
  model = "organization/model"
  reward_model = "organization/reward"
  length_sampler_kwargs { min_value = 32; max_value = 256 }
  generation_kwargs { min_length = -1; top_k = 0.0; top_p = 1.0; do_sample = true }
  options { batch_size = 16 }
  lora { r = 8; lora_alpha = 16 }
}`;
  const { declarations, diagnostics, incomplete } = readProgram({ name: 'guide.task', text, lineOffset: 0 }, () => '');
  const result = compile(declarations, { schema, incomplete });
  expect([...diagnostics, ...result.diagnostics].map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    'warning: "length_sampler_kwargs" is called "length_sampler" now.', 'warning: "generation_kwargs" is called "generation" now.', 'warning: "batch_size" is called "per_device_train_batch_size" now.',
  ]);
  const { options, blocks } = result.plan.trainings['ppo_model']!;
  expect({ options, blocks }).toEqual({
    options: { per_device_train_batch_size: 16 },
    blocks: { length_sampler: { min_value: 32, max_value: 256 }, generation: { min_length: -1, top_k: 0, top_p: 1, do_sample: true }, lora: { r: 8, lora_alpha: 16 } },
  });
  const made = trainer({ framework: 'trl', kind: 'proximal_policy_optimization' }, {
    options: { batch_size: 16 }, blocks: { length_sampler_kwargs: { min_value: 32, max_value: 256 }, generation_kwargs: { min_length: -1, top_k: 0, top_p: 1, do_sample: true }, lora: { r: 8 } },
  });
  expect(made.options).toMatchObject({ per_device_train_batch_size: 16, num_ppo_epochs: 4, kl_coef: 0.05 });
});

describe.each(guide.map((section) => [`${section.framework}, ${section.kind}: ${section.section}`, section] as const))('%s', (_, section) => {
  const { block = 'options', names } = section;
  const given = (name: string, value: Value) => (block === 'options' ? { options: { [name]: value } } : { blocks: { [block]: { [name]: value } } });

  it.each(Object.entries(names))('%s', (name, outcome) => {
    if ('refused' in outcome) {
      const { diagnostics, plan } = compiled(section, block, name, 1);
      expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['error name/unknown-option']);
      expect(diagnostics[0]!.hint).toContain(outcome.refused);
      expect(plan.trainings).toEqual({});
      expect(() => trainer(section, given(name, 1))).toThrow(expect.objectContaining({ code: 'name/unknown-option', hint: expect.stringContaining(outcome.refused.replace(/^It is a block.*/, '')) }));
      return;
    }
    const { diagnostics, plan } = compiled(section, block, name, outcome.taken);
    const today = 'as' in outcome ? outcome.as : name;
    const notices = [...(block === 'generation_kwargs' ? ['"generation_kwargs" is called "generation" now.'] : []), ...('as' in outcome ? [`"${name}" is called "${today}" now.`] : [])];
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(diagnostics.map(({ message }) => message)).toEqual(notices);
    const training = plan.trainings['m']!;
    const found = block === 'options' ? training.options : training.blocks[block === 'generation_kwargs' ? 'generation' : block];
    expect(found).toEqual({ [today]: outcome.taken });
    if (block === 'options') {
      expect(trainer(section, given(name, outcome.taken)).options[today]).toEqual(outcome.taken);
      if ('preset' in outcome) expect(trainer(section, {}).options[today]).toEqual(outcome.preset);
    } else {
      expect(() => trainer(section, given(name, outcome.taken))).not.toThrow();
    }
  });
});
