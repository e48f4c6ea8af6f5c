/** What a training may say together is looked at before anything runs. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkGeneration } from '../../runtime/frameworks/generation.js';
import { frameworkNamed } from '../../runtime/frameworks/index.js';
import type { GenerationSettings } from '../../runtime/frameworks/model.js';
import { modelSource, trusted } from '../../runtime/frameworks/modelSource.js';
import { RunStore } from '../../runtime/run/store.js';
import { Trainer, type TrainerConfig } from '../../runtime/trainer.js';

const folder = mkdtempSync(join(tmpdir(), 'tasklab-settings-'));
mkdirSync(join(folder, 'encoder'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const commit = '0123456789'.repeat(4);
const settings = (framework: string, kind: string, more: Partial<TrainerConfig>) => () =>
  new Trainer({ name: 'm', framework, kind, folder, runs: new RunStore(join(folder, 'runs')), model: 'organization/model', ...more });
const classifies = (more: Partial<TrainerConfig>, framework = 'transformers') => settings(framework, 'text_classification', more);
const trl = (kind: string, more: Partial<TrainerConfig>) => settings('trl', kind, more);
const best = { load_best_model_at_end: true };

describe('what means nothing where it stands is refused', () => {
  it.each<[string, () => Trainer, string, RegExp]>([
    ['the revision of a folder', classifies({ model: 'encoder', revision: 'main' }), 'training/wrong-value', /"main".*no repository/],
    ['a revision said twice', classifies({ model: 'organization/model@v1', revision: 'v2' }), 'training/option-given-twice', /"organization\/model@v1".*"v2"/],
    ['a revision beside another commit that is trusted', classifies({ revision: 'v1', trust: `organization/model@${commit}` }), 'training/trust', /"v1"/],
    ['trust of a folder', classifies({ model: 'encoder', trust: `organization/model@${commit}` }), 'training/trust', /"organization\/model"/],
    ['a reward model of what needs none', trl('direct_preference_optimization', { rewardModel: 'organization/reward' }), 'training/wrong-value', /direct_preference_optimization/],
    ['the language of a pipeline', classifies({ model: 'en_core_web_sm', options: { lang: 'de' } }, 'spacy'), 'training/wrong-value', /"lang" is "de"/],
  ])('%s', (_, make, code, message) => {
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

describe('numbers beyond what a trainer can do anything with are refused', () => {
  it.each<[string, () => Trainer, string]>([
    ['no rows in a batch', classifies({ options: { per_device_train_batch_size: 0 } }), 'at least 1'],
    ['a share above 1', classifies({ options: { label_smoothing_factor: 1.5 } }), 'between 0 and 1'],
    ['no epochs', classifies({ options: { num_train_epochs: 0 } }), 'above 0'],
    ['a learning rate below 0', classifies({ options: { learning_rate: -1 } }), 'at least 0'],
    ['an adapter of no rank', classifies({ blocks: { lora: { r: 0 } } }, 'peft'), 'at least 1'],
    ['dropout of everything', classifies({ blocks: { lora: { lora_dropout: 1 } } }, 'peft'), 'below 1'],
    ['one of two phases', classifies({ options: { batch_size: [16, 0] } }, 'setfit'), 'a list of two such numbers'],
    ['no answers', trl('proximal_policy_optimization', { rewardModel: 'organization/reward', options: { response_length: 0 } }), 'at least 1'],
    ['arguments of an optimizer that are none', classifies({ options: { optim_args: 'nonsense' } }), 'pairs as in'],
    ['an order that there is not', classifies({ options: { train_sampling_strategy: 'nonsense' } }), '"sequential"'],
    ['an end that there is not', trl('direct_preference_optimization', { options: { truncation_mode: 'nonsense' } }), '"keep_end"'],
    ['no words in a batch', classifies({ model: 'en', blocks: { batcher: { start: 0 } } }, 'spacy'), 'at least 1'],
  ])('%s', (_, make, range) => {
    expect(make).toThrow(expect.objectContaining({ code: 'training/wrong-value', message: expect.stringContaining(range) }));
  });
});

describe('a dictionary is written as JSON', () => {
  const head = (head_params: string) => classifies({ options: { head_params } }, 'setfit');
  it('and is one in the job', () => expect(head('{"C": 2}')().options['head_params']).toEqual({ C: 2 }));
  it('unless it is none', () => expect(head('{C: 2}')).toThrow(expect.objectContaining({ code: 'training/wrong-value', message: expect.stringContaining('"head_params"') })));
});

describe('how a model goes on is said in values that mean something', () => {
  it.each<[GenerationSettings, RegExp]>([
    [{ max_new_tokens: 0 }, /max_new_tokens is 0/],
    [{ min_new_tokens: -3 }, /min_new_tokens is -3/],
    [{ max_new_tokens: 4, min_new_tokens: 8 }, /min_new_tokens is 8, and max_new_tokens 4/],
    [{ temperature: -1 }, /temperature is -1/],
    [{ temperature: 1, top_k: -5 }, /top_k is -5/],
    [{ temperature: 1, top_p: 2 }, /top_p is 2/],
    [{ temperature: 0, top_p: 0.5 }, /top_p says among which tokens one is drawn/],
    [{ seed: 1.5 }, /seed is 1.5/],
  ])('%j', (given, message) => {
    expect(() => checkGeneration(given)).toThrow(expect.objectContaining({ code: 'generate/setting', message: expect.stringMatching(message), hint: expect.stringMatching(/\S/) }));
  });
  it('as these are', () => expect(() => checkGeneration({ max_new_tokens: 1, min_new_tokens: 1, temperature: 0.7, top_k: 0, top_p: 1, seed: 0 })).not.toThrow());
});

describe('options that do not fit together are refused, with what would', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['the best checkpoint where none is kept', best, 'Give eval_strategy = "epoch" and save_strategy = "epoch".'],
    ['the best checkpoint where nothing is measured', { ...best, eval_strategy: 'no', save_strategy: 'steps' }, 'Give eval_strategy = "epoch" and save_strategy = "epoch".'],
    ['checkpoints between measures', { ...best, eval_strategy: 'steps', save_strategy: 'steps', eval_steps: 4, save_steps: 6 }, 'Give save_steps = 4.'],
    ['two kinds of half precision', { fp16: true, bf16: true }, 'Give one of them.'],
  ])('%s', (_, options, hint) => {
    for (const framework of ['transformers', 'peft']) expect(classifies({ options }, framework)).toThrow(expect.objectContaining({ code: 'training/wrong-value', hint }));
    expect(trl('supervised_fine_tuning', { options })).toThrow(expect.objectContaining({ code: 'training/wrong-value', hint }));
  });

  it('and what fits is taken', () => {
    for (const options of [{ ...best, save_strategy: 'epoch' }, { ...best, save_strategy: 'best' }, { ...best, eval_strategy: 'steps', save_strategy: 'steps', eval_steps: 4, save_steps: 8 }]) expect(classifies({ options })).not.toThrow();
  });
});

describe('a model of a hub', () => {
  const source = (model: string, revision?: string) => modelSource(model, frameworkNamed('transformers'), { folder, revision });

  it('is pinned by its name, or by the setting', () => {
    expect(source('organization/model')).toEqual({ from: 'repository', name: 'organization/model', revision: null });
    expect(source(`organization/model@${commit}`)).toEqual({ from: 'repository', name: 'organization/model', revision: commit });
    expect(source('organization/model', 'refs/pr/1')).toEqual({ from: 'repository', name: 'organization/model', revision: 'refs/pr/1' });
  });

  it('is trusted at one commit, whichever way that is said', () => {
    const pinned = `organization/model@${commit}`;
    for (const model of ['organization/model', pinned]) expect(trusted(pinned, source(model))).toEqual({ repository: 'organization/model', revision: commit });
  });
});
