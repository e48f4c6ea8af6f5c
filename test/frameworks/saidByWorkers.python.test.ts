/** What workers say that is known only when the model or the rows are there: options that do not fit them, rows that are left out, what is not measured. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { RecordSplit } from '../../runtime/prepare/split.js';
import { ForkedRuns } from './badInput/forkedRuns.js';
import { type Attempt, missing, model, workshop } from './training.js';

const why = missing('core');
let runs: ForkedRuns | undefined;
const shop = workshop((root) => (runs ??= new ForkedRuns(root, { [process.env['TASKLAB_PYTHON'] ?? '']: ['transformers', 'setfit', 'spacy', 'sentence_transformers', 'trl'] })));
beforeEach(({ skip }) => skip(Boolean(why), String(why)));
afterAll(() => runs?.close());

const said = ({ events, error }: Attempt, level: string): string[] => {
  if (error) throw error as Error;
  return events.flatMap((event) => (event.type === 'log' && event.level === level ? [event.message] : []));
};
const few = { max_steps: 1, per_device_train_batch_size: 4 };
const llama = model('tiny/llama');
const words = ['late', 'great', 'lost', 'lovely', 'twice'];
const texts = words.map((word) => `The parcel was ${word}.`);
const pairs = texts.map((text, i) => ({ prompt: 'Tell me. ', chosen: text, rejected: texts[(i + 1) % texts.length]! }));
const completions = pairs.map(({ prompt, chosen }) => ({ prompt, completion: chosen }));
const answers = texts.map((context) => ({ question: 'What was it?', context, answer: 'parcel' }));

describe('an option that does not fit the model or the rows is refused, with what does', () => {
  it('parts of the model that get adapters', async () => {
    const blocks = { lora: { target_modules: ['nowhere'] } };
    const wrong = { code: 'training/wrong-value', message: expect.stringMatching(/nowhere|No modules were targeted/), hint: expect.stringContaining('target_modules = [') };
    expect((await shop.train('supervised_fine_tuning', completions, { framework: 'trl', model: llama, options: few, blocks })).error).toMatchObject(wrong);
    expect((await shop.train('direct_preference_optimization', pairs, { framework: 'trl', model: llama, options: few, blocks })).error).toMatchObject(wrong);
    expect((await shop.train('reward_modeling', pairs.map(({ chosen, rejected }) => ({ chosen, rejected })), { framework: 'trl', model: llama, options: few, blocks })).error).toMatchObject(wrong);
  });

  it('the best checkpoint of a training without test rows', async () => {
    const { error } = await shop.train('supervised_fine_tuning', completions, { framework: 'trl', model: llama, trainSize: 1, options: { ...few, load_best_model_at_end: true, save_strategy: 'epoch' } });
    expect(error).toMatchObject({ code: 'training/wrong-value', message: expect.stringContaining('load_best_model_at_end') });
  });

  it('a best checkpoint by what is not measured', async () => {
    const options = { ...few, load_best_model_at_end: true, save_strategy: 'epoch', metric_for_best_model: 'nonsense' };
    const { error } = await shop.train('supervised_fine_tuning', completions, { framework: 'trl', model: llama, trainSize: 0.6, options });
    expect(error).toMatchObject({ code: 'training/wrong-value', message: expect.stringContaining('"nonsense"'), hint: expect.stringContaining('eval_loss') });
  });

  it('a length that the tokens around a text fill alone', async () => {
    const classes = texts.map((text, i) => ({ text, label: i % 2 ? 'good' : 'bad' }));
    for (const framework of ['transformers', 'setfit'] as const) {
      const { error } = await shop.train('text_classification', classes, { framework, model: model(framework === 'setfit' ? 'tiny/sentence' : 'tiny/bert'), trainSize: 1, options: { max_steps: 1, max_length: 1 } });
      expect(error).toMatchObject({ code: 'training/wrong-value', message: expect.stringContaining('leaves no room for a text') });
    }
  });

  it('what needs a package that is not installed', async () => {
    const missingPackage = { code: 'environment/missing-package', hint: expect.stringContaining('TASKLAB_PYTHON') };
    expect((await shop.train('supervised_fine_tuning', completions, { framework: 'trl', model: llama, options: { ...few, optim: 'adamw_bnb_8bit' } })).error).toMatchObject(missingPackage);
    const spans = texts.map((text) => ({ text, spans: [{ label: 'thing', start: 4, end: 10 }] }));
    expect((await shop.train('token_classification', spans, { framework: 'spacy', model: 'ja', options: { max_steps: 1 } })).error).toMatchObject(missingPackage);
    expect((await shop.train('token_classification', spans, { framework: 'spacy', options: { max_steps: 1, frozen_components: ['nonsense'] } })).error).toMatchObject({ code: 'training/wrong-value', message: expect.stringContaining('"nonsense"') });
  });

  it('a length that leaves no room for a context', async () => {
    const { error } = await shop.train('question_answering', answers, { framework: 'transformers', model: model('tiny/bert'), options: { ...few, max_length: 4 } });
    expect(error).toMatchObject({ code: 'training/wrong-value', message: expect.stringContaining('max_length is 4 tokens'), hint: 'Give a larger max_length.' });
  });
});

it('what spaCy learns behind its last measure is kept, and its steps are told', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ text: `The ${['parcel', 'camera', 'book'][i % 3]} ${i} was ${i % 2 ? 'lovely' : 'broken'}.`, label: i % 2 ? 'good' : 'bad' }));
  const attempt = await shop.train('text_classification', rows, { framework: 'spacy', options: { max_epochs: 20 } });
  expect(said(attempt, 'info').find((message) => /^The model of step [1-9]\d* is kept/.test(message))).toBeDefined();
  const { metrics } = await attempt.run.manifest();
  expect(metrics!['accuracy']!).toBeGreaterThan(0.9);
  expect(attempt.events).toContainEqual(expect.objectContaining({ type: 'started', total: null }));
}, 60_000);

describe('what a training does not see is counted', () => {
  it('questions longer than half of what the model takes', async () => {
    const attempt = await shop.train('question_answering', answers.map((row, i) => (i < 2 ? { ...row, question: `${row.question} `.repeat(12) } : row)), { framework: 'transformers', model: model('tiny/bert'), trainSize: 1, options: { ...few, max_length: 48, doc_stride: 8 } });
    expect(said(attempt, 'warning')).toContain('2 questions are longer than 24 tokens, half of what the model takes, and cut off there.');
  });

  it('prompts that fill the length alone, which count as no rows', async () => {
    const attempt = await shop.train('supervised_fine_tuning', completions.map((row, i) => (i < 2 ? { ...row, prompt: row.prompt.repeat(40) } : row)), { framework: 'trl', model: llama, trainSize: 1, options: { ...few, max_length: 64 } });
    expect(said(attempt, 'warning')).toContain('2 training rows are left out: the prompt fills max_length, 64 tokens, alone.');
    expect((await attempt.run.manifest()).rows).toEqual({ train: 3, test: 0 });
  });

  it('scores outside of what training rows have', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({ 'sentence-1': `${texts[i % 5]} ${i}`, 'sentence-2': texts[(i * 2) % 5]!, label: (i % 10) / 10 }));
    // Which rows are held out is the seed's to say.
    const split = new RecordSplit(42);
    for (const i of rows.keys()) split.add(String(i));
    const isTrain = split.sides(16);
    const attempt = await shop.train('sentence_similarity', rows.map((row, i) => (isTrain[i] ? row : { ...row, label: 2 })), { framework: 'sentence_transformers', model: model('tiny/sentence'), options: few });
    expect(said(attempt, 'warning')).toContain('The score of 4 test rows lies outside of 0 to 1, and is measured as the nearer end.');
  });

  it('held-out queries beyond the first ones', async () => {
    const rewards = await shop.train('reward_modeling', pairs.map(({ chosen, rejected }) => ({ chosen, rejected })), { framework: 'trl', model: llama, options: few });
    const queries = Array.from({ length: 80 }, (_, i) => ({ query: `Tell me of parcel ${i}.` }));
    const attempt = await shop.train('proximal_policy_optimization', queries, { framework: 'trl', model: llama, rewardModel: rewards.run, trainSize: 0.1, options: { batch_size: 4, total_episodes: 4, response_length: 2, stop_token: 'eos' } });
    expect(said(attempt, 'info')).toContain('Of 72 held-out queries the first 64 are answered and scored.');
    expect((await attempt.run.manifest()).rows).toEqual({ train: 8, test: 64 });
  });
});
