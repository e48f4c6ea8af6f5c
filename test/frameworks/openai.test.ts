/** Fine-tuning jobs with the real client, against a service on this machine that follows the published API. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openModel, predict } from '../../runtime/frameworks/index.js';
import type { GeneratedPiece } from '../../runtime/frameworks/model.js';
import type { RowOf } from '../../runtime/task/kinds/rows.js';
import { mask } from '../../runtime/run/redact.js';
import { OpenAIService } from '../openai/server.js';
import { evaluated, workshop } from './training.js';

const shop = workshop();
const train: typeof shop.train = (...given) => shop.train(...given);
let service: OpenAIService;

beforeEach(async () => {
  service = await new OpenAIService().start();
  vi.stubEnv('OPENAI_BASE_URL', service.url);
  vi.stubEnv('OPENAI_API_KEY', service.key);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await service.stop();
});

const words = { delivery: ['parcel', 'late', 'courier', 'tracking'], billing: ['invoice', 'refund', 'charged', 'card'], account: ['password', 'login', 'email', 'profile'] };
/** Most rows are of one label, so that guessing it is a baseline to beat. */
const rows: RowOf<'text_classification'>[] = Array.from({ length: 60 }, (_, i) => {
  const label = (['delivery', 'billing', 'delivery', 'account'] as const)[i % 4]!;
  const [a, b] = [words[label][i % 4]!, words[label][(i + 1 + (i >> 2)) % 4]!];
  return { text: `Question ${i} about my ${a} and the ${b}`, label };
});
const openai = { framework: 'openai', model: 'gpt-4.1-mini', launch: { target: 'in_process' } } as const;

it('fine-tunes a classifier that beats the most frequent label on held-out rows', async () => {
  service.eventsPerPage = 3;
  const attempt = await train('text_classification', rows, { ...openai, options: { n_epochs: 2, suffix: 'topics' }, seed: 7 });
  const { metrics, baseline, per_class, confusion, rows: asked } = evaluated(attempt);
  expect(asked).toBe(12);
  expect(metrics['accuracy']).toBeGreaterThan(0.9);
  expect(baseline!['accuracy']).toBeLessThan(0.7);
  expect(per_class!.map(({ label }) => label).sort()).toEqual(['account', 'billing', 'delivery']);
  expect(confusion!.counts.flat().reduce((a, b) => a + b)).toBe(12);

  const [job] = [...service.jobs.values()];
  expect(job!.body).toMatchObject({ model: 'gpt-4.1-mini', seed: 7, suffix: 'topics', method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 2, batch_size: 'auto', learning_rate_multiplier: 'auto' } } } });
  expect(job!.examples).toHaveLength(48);
  expect(job!.validation).toHaveLength(12);
  const losses = attempt.events.flatMap((event) => (event.type === 'metric' && event.name === 'loss' && event.split === 'train' ? [event] : []));
  // Every step once, in order, over many pages.
  expect(losses.map(({ step }) => step)).toEqual(losses.map((_, i) => i + 1));
  expect(losses).toHaveLength(8);
  expect(losses.at(-1)!.value).toBeLessThan(losses[0]!.value!);
  expect(attempt.events.filter((event) => event.type === 'metric' && event.split === 'test')).toHaveLength(8);
  expect(attempt.events.some((event) => event.type === 'log' && event.message.includes('"ftjob-1"'))).toBe(true);
  expect(JSON.parse(await readFile(join(attempt.run.folder, 'openai.json'), 'utf8'))).toMatchObject({ model: 'ft:gpt-4.1-mini:tasklab:topics:ftjob-1', base_model: 'gpt-4.1-mini', job: 'ftjob-1' });

  const answers = await predict(attempt.run, ['My card and the refund', 'login and password']);
  expect(answers.map(({ label }) => label)).toEqual(['billing', 'account']);
  for (const { label, scores } of answers) {
    expect(Object.values(scores).reduce((a, b) => a + b)).toBeCloseTo(1);
    expect(scores[label as string]).toBeGreaterThan(0.5);
    expect(scores[label as string]).toBeLessThan(1);
  }
  const { body } = service.requests.at(-1)!;
  expect(body).toMatchObject({ messages: [{ role: 'system', content: expect.stringContaining('one of these labels') }, { role: 'user' }] });

  service.logprobs = 'refused';
  expect(await predict(attempt.run, ['My card and the refund'])).toEqual([{ label: 'billing', scores: { account: 0, billing: 1, delivery: 0 } }]);

  // Starts from what a run left at the service, and has no test rows.
  const next = await train('text_classification', rows, { ...openai, model: attempt.run, trainSize: 1 });
  expect(next.error).toBeUndefined();
  expect([...service.jobs.values()].at(-1)!.model).toBe('ft:gpt-4.1-mini:tasklab:topics:ftjob-1');
  expect((await next.run.manifest()).metrics).toBeNull();
});

it('learns several labels of a text', async () => {
  const attempt = await train('text_classification', rows.map(({ text, label }, i) => ({ text: i % 3 ? text : `${text} urgent`, label: i % 3 ? [label as string] : [label as string, 'urgent'] })), openai);
  const { metrics, baseline, confusion } = evaluated(attempt);
  expect(metrics['f1_micro']).toBeGreaterThan(baseline!['f1_micro']! + 0.2);
  expect(confusion).toBeNull();
  const [answer] = await predict(attempt.run, ['Urgent, urgent: the refund of my refund']);
  expect(answer).toEqual({ label: ['billing', 'urgent'], scores: { account: 0, billing: 1, delivery: 0, urgent: 1 } });
});

it('counts answers that are no label as wrong, and says so when one is asked for', async () => {
  const attempt = await train('text_classification', rows, { ...openai, options: { max_test_rows: 0 } });
  service.disturbances.push({ path: '/chat/completions', status: 200, times: Infinity, body: JSON.stringify({ choices: [{ message: { content: 'Parcels!' }, finish_reason: 'stop' }] }) });
  await expect(predict(attempt.run, ['x'])).rejects.toMatchObject({ code: 'predict/no-label', message: expect.stringContaining('"Parcels!"') });
  const other = await train('text_classification', rows, openai);
  expect(evaluated(other).metrics['accuracy']).toBe(0);
  expect(other.events.some((event) => event.type === 'log' && event.message.startsWith('12 of 12 answers are none of the labels'))).toBe(true);
});

it('fine-tunes on chats; answers come in pieces and are nearer to the wanted ones than the base model\'s', async () => {
  const chats: RowOf<'chat_completion'>[] = rows.map(({ text, label }) => ({ messages: [{ role: 'system', content: 'You are kind.' }, { role: 'user', content: text }, { role: 'assistant', content: `Our ${label as string} team is glad to help you with that.` }] }));
  const attempt = await train('chat_completion', [...chats, { messages: [{ role: 'user', content: 'nobody answers' }] }], openai);
  const { metrics, baseline } = evaluated(attempt);
  expect(metrics['rouge_l']).toBeGreaterThan(0.9);
  expect(baseline!['rouge_l']).toBeLessThan(0.3);
  expect(attempt.events.some((event) => event.type === 'log' && /^1 of \d+ (?:training|test) rows are left out/.test(event.message))).toBe(true);

  const model = await openModel(attempt.run);
  const pieces: GeneratedPiece[] = [];
  for await (const piece of model.generate!(['Where is my parcel?', 'I need a refund on my card'], { max_new_tokens: 100, temperature: 0, seed: 1 })) pieces.push(piece);
  const text = (of: number): string => pieces.filter(({ prompt }) => prompt === of).map((piece) => piece.text).join('');
  expect([text(0), text(1)]).toEqual(['Our delivery team is glad to help you with that.', 'Our billing team is glad to help you with that.']);
  expect(pieces.filter(({ finished }) => finished === 'stop')).toHaveLength(2);
  expect(pieces.length).toBeGreaterThan(10);
  expect(service.requests.at(-1)!.body).toMatchObject({ stream: true, messages: [{ role: 'system', content: 'You are kind.' }, { role: 'user', content: 'I need a refund on my card' }] });
  const short: GeneratedPiece[] = [];
  for await (const piece of model.generate!(['Where is my parcel?'], { max_new_tokens: 2 })) short.push(piece);
  expect(short.at(-1)).toMatchObject({ finished: 'length' });
  await expect(model.generate!(['x'], { top_k: 5 })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'generate/no-setting' });

  const controller = new AbortController();
  const reading = model.generate!(['Where is my parcel?'], {}, controller.signal)[Symbol.asyncIterator]();
  await reading.next();
  controller.abort();
  await expect((async () => { for (;;) if ((await reading.next()).done) return; })()).rejects.toThrow('aborted');
});

describe('what goes wrong', () => {
  const failing = async (given: readonly RowOf<'text_classification'>[], more: object = {}) => {
    const attempt = await train('text_classification', given, { ...openai, ...more });
    expect(attempt.error).toBeDefined();
    return attempt;
  };

  it('no key: nothing is written', async () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    const { error, run } = await failing(rows);
    expect(error).toMatchObject({ code: 'service/no-key' });
    expect(run).toBeUndefined();
  });

  it('a wrong key: it stands nowhere', async () => {
    const wrong = 'a-wrong-key-that-nobody-may-see';
    vi.stubEnv('OPENAI_API_KEY', wrong);
    const { error, run } = await failing(rows, { launch: { target: 'local' } });
    expect(error).toMatchObject({ code: 'service/unauthorized', hint: expect.stringContaining('valid key') });
    const files = (await readdir(run.folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain(wrong);
    expect(`${await run.logs()}${String((error as Error).stack)}`).not.toContain(wrong);
  });

  it('a service that repeats the key in what it says', async () => {
    service.disturbances.push({ path: '/files', status: 400, body: JSON.stringify({ error: { message: `bad request by ${service.key}` } }) });
    const { error, run } = await failing(rows);
    expect(error).toMatchObject({ code: 'service/refused', message: expect.stringContaining(`bad request by ${mask}`) });
    expect(await readFile(join(run.folder, 'tasklab/events.jsonl'), 'utf8')).not.toContain(service.key);
  });

  it('a model that the service does not fine-tune: what was uploaded is deleted', async () => {
    const { error } = await failing(rows, { model: 'gpt-2' });
    expect(error).toMatchObject({ code: 'service/refused', message: expect.stringContaining('Model gpt-2 is not available for fine-tuning') });
    expect(service.files.size).toBe(0);
  });

  it('a job that fails at the service', async () => {
    expect((await failing(rows.slice(0, 10))).error).toMatchObject({ code: 'service/job-failed', message: 'The service\'s job "ftjob-1" failed: Training file has 8 example(s), but must have at least 10 examples.' });
  });

  it('rows of one label; a label of test rows alone', async () => {
    expect((await failing(rows.map(({ text }) => ({ text, label: 'one' })))).error).toMatchObject({ code: 'train/one-class' });
    expect(service.requests).toEqual([]);
    const rare = Array.from({ length: 10 }, (_, i) => ({ text: `a rare thing ${i}`, label: `rare ${i}` }));
    const attempt = await train('text_classification', [...rows.slice(0, 30), ...rare], { ...openai, trainSize: 0.5 });
    const told = attempt.events.filter((event) => event.type === 'log' && /^No training row has the label "rare \d", so the model will hardly give it; 1 test row has it\.$/.test(event.message));
    expect(told.length).toBeGreaterThan(0);
    const { metrics, rows: asked, per_class } = evaluated(attempt);
    expect(metrics['accuracy']).toBeLessThanOrEqual(1 - told.length / asked);
    expect(per_class!.filter(({ label, recall, support }) => label.startsWith('rare') && support === 1 && recall === 0)).toHaveLength(told.length);
  });

  it('a service that is busy for a while, and one that stays so', async () => {
    service.disturbances.push({ path: '/files', status: 429, times: 2 }, { path: '/fine_tuning/jobs/', status: 503, times: 3 });
    expect((await train('text_classification', rows, openai)).error).toBeUndefined();
    service.disturbances.push({ path: '/files', status: 429, times: Infinity });
    const before = service.requests.length;
    expect((await failing(rows)).error).toMatchObject({ code: 'service/busy' });
    expect(service.requests.length - before).toBe(5);
  });

  describe('a job is paid for', () => {
    const creation = { path: '/fine_tuning/jobs', method: 'POST' } as const;
    const creations = () => service.requests.filter(({ method, path }) => method === 'POST' && path === '/fine_tuning/jobs').length;

    it.each([
      ['the connection ends before the answer', { status: 0, drops: 'before' }],
      ['the connection ends within the answer', { status: 200, drops: 'within' }],
      ['a gateway answers in its place', { status: 502, body: 'Bad Gateway', type: 'text/html' }],
      ['the answer is broken', { status: 200, body: '{"id": ' }],
    ] as const)('one is started and found again where %s', async (_, lost) => {
      service.disturbances.push({ ...creation, ...lost, isDone: true });
      const attempt = await train('text_classification', rows, openai);
      expect(evaluated(attempt).metrics['accuracy']).toBeGreaterThan(0.9);
      expect([...service.jobs.keys()]).toEqual(['ftjob-1']);
      expect(creations()).toBe(1);
      expect(JSON.parse(await readFile(join(attempt.run.folder, 'openai.json'), 'utf8'))).toMatchObject({ job: 'ftjob-1' });
    });

    it('one that is not there is asked for again, and not for ever', async () => {
      // Another training's job is none of ours.
      await train('text_classification', rows, openai);
      service.disturbances.push({ ...creation, status: 429 }, { ...creation, status: 503 });
      const attempt = await train('text_classification', rows, openai);
      expect(attempt.error).toBeUndefined();
      expect([...service.jobs.keys()]).toEqual(['ftjob-1', 'ftjob-2']);
      expect(JSON.parse(await readFile(join(attempt.run.folder, 'openai.json'), 'utf8'))).toMatchObject({ job: 'ftjob-2' });

      const [files, before] = [service.files.size, creations()];
      service.disturbances.push({ ...creation, status: 500, times: Infinity });
      expect((await failing(rows)).error).toMatchObject({ code: 'service/unavailable', hint: expect.stringContaining('lists no job that trains on the uploaded rows') });
      expect(creations() - before).toBe(3);
      expect(service.files.size).toBe(files);
    });

    it('one of which nothing can be found out is told of, and keeps its rows', async () => {
      service.disturbances.push({ ...creation, status: 0, drops: 'before', isDone: true }, { path: '/fine_tuning/jobs', method: 'GET', status: 500, times: Infinity });
      const { error } = await failing(rows);
      expect(error).toMatchObject({ code: 'service/job-unknown', message: expect.stringContaining('Whether a job has begun could not be found out.'), hint: expect.stringContaining('the file "file-1"') });
      expect(creations()).toBe(1);
      expect(service.files.has('file-1')).toBe(true);
    });

    it('one that is found when the training is to stop is cancelled', async () => {
      service.disturbances.push({ ...creation, status: 0, drops: 'before', isDone: true });
      const stopped = train('text_classification', rows, { ...openai, during: (event, stop) => { if (event.type === 'started') void vi.waitFor(() => expect(service.jobs.size).toBe(1), 10_000).then(stop); } });
      expect((await stopped).events.at(-1)).toMatchObject({ type: 'stopped' });
      expect([...service.jobs.values()].map(({ status }) => status)).toEqual(['cancelled']);
    });

    it('one that nobody can follow any more is told of, and how it is cancelled', async () => {
      service.disturbances.push({ path: '/fine_tuning/jobs/', status: 500, times: Infinity });
      const goesOn = (id: string) => expect.stringMatching(new RegExp(`The job "${id}" goes on at the service\\. .*cancel it .* POST /fine_tuning/jobs/${id}/cancel`));
      const { error, events } = await failing(rows);
      expect(error).toMatchObject({ code: 'service/unavailable', hint: goesOn('ftjob-1') });
      expect(events.filter((event) => event.type === 'log' && event.message.endsWith('It is asked again.'))).toHaveLength(4);
      service.disturbances.splice(0, 1, { path: '/fine_tuning/jobs/', status: 200, body: '{"id": "ftjob-2"}', times: Infinity });
      expect((await failing(rows)).error).toMatchObject({ code: 'service/unexpected-answer', message: expect.stringContaining('status'), hint: goesOn('ftjob-2') });
      service.disturbances.splice(0, 1, { path: '/fine_tuning/jobs/', status: 401 });
      expect((await failing(rows)).error).toMatchObject({ code: 'service/unauthorized', hint: goesOn('ftjob-3') });
    });

    it('one goes on under a server\'s own words, and over a broken answer; its figures come once', async () => {
      Object.assign(service.words, { validating_files: 'pending', queued: 'paused', running: 'warming_up' });
      service.eventsPerPage = 3;
      service.disturbances.push({ path: '/fine_tuning/jobs/ftjob-1/events', status: 200, body: '{"data": [' }, { path: '/fine_tuning/jobs/', status: 200, drops: 'within' });
      const attempt = await train('text_classification', rows, openai);
      expect(evaluated(attempt).metrics['accuracy']).toBeGreaterThan(0.9);
      const steps = attempt.events.flatMap((event) => (event.type === 'progress' ? [event.step] : []));
      expect(steps).toEqual(steps.map((_, i) => i + 1));
      expect(steps).toHaveLength(12);
    });
  });

  it('a server that is something else', async () => {
    service.disturbances.push({ path: '/files', status: 200, body: '<html>Welcome</html>', type: 'text/html' });
    expect((await failing(rows)).error).toMatchObject({ code: 'service/unexpected-answer' });
    service.disturbances.push({ path: '/files', status: 200, body: '{"id": ' });
    expect((await failing(rows)).error).toMatchObject({ code: 'service/unexpected-answer' });
    vi.stubEnv('OPENAI_BASE_URL', 'nowhere');
    expect((await failing(rows)).error).toMatchObject({ code: 'service/no-address' });
    vi.stubEnv('OPENAI_BASE_URL', service.url.replace(/\/v1$/, ''));
    expect((await failing(rows)).error).toMatchObject({ code: 'service/not-found', hint: expect.stringContaining('/v1') });
  });

  it('stopping: the job is cancelled at the service', async () => {
    service.holds = true;
    const { events, run, error } = await train('text_classification', rows, { ...openai, during: (event, stop) => { if (event.type === 'metric') stop(); } });
    expect(error).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ type: 'stopped' });
    expect(events.some((event) => event.type === 'log' && event.message === 'The service\'s job "ftjob-1" is cancelled.')).toBe(true);
    expect(service.jobs.get('ftjob-1')!.status).toBe('cancelled');
    expect(await run.status()).toBe('stopped');
  });

  it('a job that is cancelled at the service', async () => {
    service.holds = true;
    const { error } = await train('text_classification', rows, { ...openai, during: (event) => { if (event.type === 'metric') service.jobs.get('ftjob-1')!.status = 'cancelled'; } });
    expect(error).toMatchObject({ code: 'service/job-cancelled' });
  });

  it('options that are gone say what to do', async () => {
    await expect(train('text_classification', rows, { ...openai, options: { prompt_loss_weight: 0.1 } })).rejects.toMatchObject({ code: 'name/unknown-option', hint: expect.stringContaining('answers alone') });
    await expect(train('text_classification', rows, { ...openai, options: { n_epochs: 'many' } })).rejects.toMatchObject({ code: 'training/wrong-value' });
  });
});
