/** What becomes of bad input: framework by framework, the code that a user is told, or how many texts or rows are warned of. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { OpenAIService } from '../openai/server.js';
import { ForkedRuns } from './badInput/forkedRuns.js';
import { enough, makeModels } from './badInput/models.js';
import { subjects, type Subject } from './badInput/subjects.js';
import { trainSize } from './badInput/rows.js';
import { type Attempt, missing, model, workshop } from './training.js';

const table = `
                                | no such option      | no such model   | another model          | no rows       | one class       | too long   | test label | no disk       | no memory
transformers, one label         | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/one-class | 2 cut      | 1 row      | train/no-disk | train/no-memory
transformers, several labels    | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/no-labels | 2 cut      | 1 row      | train/no-disk | train/no-memory
transformers, spans             | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/no-labels | 2 in parts | 1 row      | train/no-disk | train/no-memory
transformers, answers           | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | no classes      | 2 in parts | no labels  | train/no-disk | train/no-memory
transformers, pretraining       | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | no classes      | all read   | no labels  | train/no-disk | train/no-memory
peft                            | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/one-class | 2 cut      | 1 row      | train/no-disk | train/no-memory
setfit                          | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/one-class | 2 cut      | 1 row      | train/no-disk | train/no-memory
spacy, one label                | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/one-class | any length | 1 row      | train/no-disk | train/no-memory
spacy, spans                    | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/no-labels | any length | 1 row      | train/no-disk | train/no-memory
span_marker                     | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/no-labels | 2 cut      | 1 row      | train/no-disk | train/no-memory
sentence_transformers, bi       | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/one-class | 4 cut      | 1 row      | train/no-disk | train/no-memory
sentence_transformers, cross    | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/one-class | 2 cut      | 1 row      | train/no-disk | train/no-memory
trl, supervised fine-tuning     | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | no classes      | 2 cut      | no labels  | train/no-disk | train/no-memory
trl, reward modelling           | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/no-rows   | 2 left out | no labels  | train/no-disk | train/no-memory
trl, preference optimization    | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | train/no-rows   | 3 cut      | no labels  | train/no-disk | train/no-memory
trl, policy optimization        | name/unknown-option | model/no-folder | model/wrong-kind       | train/no-rows | no classes      | 2 left out | no labels  | train/no-disk | train/no-memory
openai                          | name/unknown-option | model/no-folder | model/no-service-model | train/no-rows | train/one-class | elsewhere  | 1 row      | train/no-disk | run/lost
linear, n-grams                 | name/unknown-option | model/no-folder | no model               | train/no-rows | train/one-class | any length | 1 row      | train/no-disk | run/lost
linear, embeddings              | name/unknown-option | model/no-folder | model/no-onnx          | train/no-rows | train/one-class | 2 cut      | 1 row      | train/no-disk | run/lost
autotrain                       | name/unknown-option | model/no-folder | elsewhere              | train/no-rows | train/one-class | elsewhere  | one side   | train/no-disk | run/lost
trlx                            | name/unknown-option | model/no-folder | elsewhere              | train/no-rows | no classes      | elsewhere  | no labels  | train/no-disk | run/lost
`;

/** What cannot happen, and why. */
const why: Readonly<Record<string, string>> = {
  'no classes': 'There are no classes to tell apart: any rows will do.',
  'no labels': 'The rows have no labels.',
  'no model': 'It starts from none.',
  elsewhere: 'It is not read here: the service, AutoTrain or TRLX does that, and says what it does not take.',
};

/** Nothing is warned of: texts are cut into pieces of which each is read, or texts of any length are taken. */
const whole = ['all read', 'any length'];

/** What is told with a code names what is wrong. */
const told: Readonly<Record<string, RegExp>> = {
  'name/unknown-option': /"no_such_option"/,
  'model/no-folder': /"\.\/nowhere"/,
  'model/wrong-kind': /"(?:pictures|bert|gpt2)"/,
  'model/no-onnx': /"pictures" has no ONNX file/,
  'model/no-service-model': /pictures/,
  'train/no-rows': /There are no training rows\./,
  'train/one-class': /All 16 training rows have the label (?:"good"|1)\./,
  'train/no-labels': /No training row has a (?:label|span)\./,
  'train/no-disk': /The disk is full: [^]*Free some space/,
  'train/no-memory': /The machine ran out of memory: [^]*(?:fewer rows|smaller batches), shorter texts or a smaller model/,
  'run/lost': /ended without a result\.[^]*It ran out of memory: use/,
};

/** What is warned of, with how many there are. */
const warned: Readonly<Record<string, RegExp>> = {
  cut: /^(\d+) texts? (?:is|are) longer than (?:max_length, )?\d+ tokens, and cut off there\.$/,
  'in parts': /^(\d+) texts? (?:is|are) longer than \d+ tokens, and read in parts\.$/,
  'left out': /^(\d+) (?:training|test) (?:row|query) is left out: (?:one of its texts is )?longer than /,
  row: /^No training row has the label "(?:odd|2)".*; (\d+) test row has it/,
  'one side': /same labels as training rows, and .*"odd" (?:is|are) on one side alone/,
};

const python = { core: process.env['TASKLAB_PYTHON'] ?? '', span_marker: process.env['TASKLAB_PYTHON_SPAN_MARKER'] ?? '' };
let runs: ForkedRuns | undefined;
const shop = workshop((root) => (runs ??= new ForkedRuns(root, { [python.core]: ['transformers', 'peft', 'setfit', 'spacy', 'sentence_transformers', 'trl'], [python.span_marker]: ['span_marker'] })));
let service: OpenAIService;

beforeAll(async () => {
  if (missing('core') && missing('span_marker')) return;
  await makeModels(join(shop.folder, 'models'));
  service = await new OpenAIService().start();
  vi.stubEnv('OPENAI_BASE_URL', service.url);
  vi.stubEnv('OPENAI_API_KEY', service.key);
});
afterAll(async () => {
  runs?.close();
  vi.unstubAllEnvs();
  await service?.stop();
});

const placed = (name: string | undefined): string | undefined => name && (name.startsWith('tiny/') ? model(name) : name.startsWith('made/') ? join(shop.folder, 'models', name.slice(5)) : name);

interface Bad {
  readonly rows?: 'flawed' | 'oneClass';
  readonly model?: string | undefined;
  readonly options?: object;
  readonly file?: number;
  readonly memory?: number;
  readonly isEmpty?: boolean;
}

async function train({ rows, config, options }: Subject, bad: Bad): Promise<Attempt | { readonly error: unknown; readonly events: []; readonly run?: undefined }> {
  const { file, memory, isEmpty = false } = bad;
  Object.assign(shop.runs, { isEmpty, limits: { ...(file && { file }), ...(memory && { memory }) } });
  const models = { model: placed(bad.model ?? config.model), rewardModel: placed(config.rewardModel) };
  return shop.train(rows.kind, (rows[bad.rows ?? 'good'] ?? []) as never, { ...config, ...models, options: { ...options, ...bad.options }, trainSize }).catch((error: unknown) => ({ error, events: [] }));
}

/** One training of each: a text on either side is too long, and only a test row has one of the labels. */
const trained = new Map<Subject, ReturnType<typeof train>>();
function flawed(subject: Subject): ReturnType<typeof train> {
  if (!trained.has(subject)) trained.set(subject, train(subject, { rows: 'flawed' }));
  return trained.get(subject)!;
}

const columns: Readonly<Record<string, (subject: Subject) => ReturnType<typeof train>>> = {
  'no such option': (subject) => train(subject, { options: { no_such_option: 1 } }),
  'no such model': (subject) => train(subject, { model: './nowhere' }),
  'another model': (subject) => train(subject, { model: subject.other }),
  'no rows': (subject) => train(subject, { isEmpty: true }),
  'one class': (subject) => train(subject, { rows: 'oneClass' }),
  'too long': flawed,
  'test label': flawed,
  'no disk': (subject) => train(subject, { file: subject.file }),
  'no memory': (subject) => train(subject, { model: subject.huge, memory: subject.heap ?? enough }),
};

const [names, ...lines] = table.split('\n').filter((line) => line !== '').map((line) => line.split('|').map((cell) => cell.trim()));
const outcomes = lines.map(([name, ...cells]) => [name!, cells.map((cell, i) => [names![i + 1]!, cell] as const)] as const);

it('has every framework, and says why where nothing is run', () => {
  expect(outcomes.map(([name]) => name)).toEqual(Object.keys(subjects));
  expect(names!.slice(1)).toEqual(Object.keys(columns));
  const words = outcomes.flatMap(([, cells]) => cells.map(([, cell]) => cell.replace(/^\d+ /, '')));
  expect(words.filter((cell) => !told[cell] && !warned[cell] && !why[cell] && !whole.includes(cell))).toEqual([]);
});

describe.each(outcomes)('%s', (name, cells) => {
  const subject = subjects[name]!;
  beforeEach(({ skip }) => {
    const reason = missing(name === 'span_marker' ? 'span_marker' : 'core');
    skip(Boolean(reason), String(reason));
  });

  it.each(cells.filter(([, cell]) => !why[cell]))('%s: %s', async (column, cell) => {
    const before = await readdir(shop.runs.root).catch(() => []);
    const { error, events, run } = await columns[column]!(subject);
    if (!told[cell]) {
      if (error) throw error as Error;
      if (whole.includes(cell)) return expect(events.filter((event) => event.type === 'log' && /longer|left out|cut/.test(event.message))).toEqual([]);
      const [, count, what] = /^(\d+) (.*)$/.exec(cell) ?? [cell, undefined, cell];
      const found = events.flatMap((event) => (event.type === 'log' && event.level === 'warning' ? (warned[what!]!.exec(event.message) ?? []).slice(0, 2) : []));
      if (count === undefined) expect(found).toHaveLength(1);
      else expect(found.filter((_, i) => i % 2 === 1).reduce((sum, each) => sum + Number(each), 0)).toBe(Number(count));
      return;
    }
    expect(error).toMatchObject({ code: cell });
    const { message, hint } = error as { readonly message: string; readonly hint?: string };
    expect(`${message}\n${hint}`).toMatch(told[cell]);
    expect(hint).toMatch(/\S/);
    if (!run) return expect(await readdir(shop.runs.root).catch(() => [])).toEqual(before);
    expect(['no such option', 'no such model']).not.toContain(column);
    expect(await readdir(run.folder)).toEqual(['tasklab']);
    expect((await readdir(join(run.folder, 'tasklab'))).filter((file) => !/^(?:job|events\.jsonl|launch\.json|worker\.(?:log|json))$/.test(file))).toEqual([]);
    expect(await run.status()).toBe(cell === 'run/lost' ? 'lost' : 'failed');
  });
});
