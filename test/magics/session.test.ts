import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Session, type SessionOptions } from '../../magics/session.js';
import { ProgramError } from '../../magics/programError.js';

const root = resolve(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'tasklab-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const session = (options: Partial<SessionOptions> = {}): Session => new Session({ folder: join(root, 'notebooks'), home, ...options });
const cell = (text: string, number = 1) => ({ name: `cell[${number}]`, text, lineOffset: 1 });
const messages = 'dataset messages from folder "data/messages"';
const topics = 'task topics: text_classification on messages {\n  text = text\n  label = topic\n}';

const mistakes = async (run: Promise<unknown>): Promise<string[]> => {
  const error = await run.then(() => undefined, (e: unknown) => e);
  if (!(error instanceof ProgramError)) throw error ?? new Error('no mistake was found');
  return error.toLines();
};

describe('declarations of a notebook', () => {
  it('are checked against the data set, in the coordinates of the cell', async () => {
    const s = session();
    await s.declare(cell(messages));
    expect(await mistakes(s.declare(cell(topics.replace('topic\n', 'topci\n'), 2)))).toEqual([
      'cell[2]:4:11 error name/unknown-question',
      '4 |   label = topci',
      '  |           ^^^^^',
      expect.stringContaining('"topci"'),
      'hint: Did you mean "topic"?',
    ]);
  });

  it('of one cell stand together or not at all', async () => {
    const s = session();
    await mistakes(s.declare(cell(`${messages}\ntask t: sft on messages { text = nothing }`)));
    expect(s.declared).toEqual({});
    await expect(s.dataset('messages')).rejects.toMatchObject({ code: 'name/unknown-dataset' });
  });

  it('replace earlier ones, and what depends on them is checked again', async () => {
    const s = session();
    await s.declare(cell(`${messages}\nparam least = 3`));
    await s.declare(cell(topics, 2));
    expect(Object.keys(s.plan.tasks)).toEqual(['topics']);
    const { diagnostics } = await s.declare(cell('dataset messages from file "data/source/messages.jsonl" {\n  field text = text\n  question urgency: rating(1 to 5) = urgency\n}', 3));
    expect(diagnostics.map((d) => [d.source.name, d.code])).toEqual([['cell[2]', 'name/unknown-question']]);
    expect(Object.keys(s.plan.tasks)).toEqual([]);
    await s.declare(cell(messages, 4));
    expect(Object.keys(s.plan.tasks)).toEqual(['topics']);
  });

  it('name what is not declared, with the nearest', async () => {
    const s = session();
    await s.declare(cell(`${messages}\n${topics}`));
    await expect(s.task('topic')).rejects.toMatchObject({ code: 'name/unknown-task', hint: 'Did you mean "topics"?' });
    await expect(s.question('messages.topics')).rejects.toMatchObject({ code: 'name/unknown-question' });
    await expect(s.question('messages')).rejects.toMatchObject({ code: 'command/usage' });
    expect(() => s.training('m')).toThrow(expect.objectContaining({ code: 'name/unknown-training' }));
    await expect(s.runNamed('m')).rejects.toMatchObject({ code: 'name/unknown-run' });
  });
});

it('opens feedback records as JSON lines by their settings, both below the folder of the program', async () => {
  const folder = mkdtempSync(join(home, 'lines-'));
  writeFileSync(join(folder, 'argilla.yaml'), 'fields: [{name: text}]\nquestions: [{name: mood, type: label_selection, labels: [good, bad]}]\n');
  writeFileSync(join(folder, 'reviews.jsonl'), '{"fields": {"text": "soft"}, "responses": [{"user_id": "ann", "status": "submitted", "values": {"mood": {"value": "good"}}}]}\n');
  const s = session({ folder });
  await s.declare(cell('dataset reviews from file "reviews.jsonl" { settings = "argilla.yaml" }\ntask moods: text_classification on reviews { text = text; label = mood }'));
  const { train } = await s.prepare('moods', {});
  expect(train.toArray()).toEqual([{ text: 'soft', label: 'good' }]);
  await expect(s.declare(cell('dataset other from file "reviews.jsonl"', 2))).rejects.toMatchObject({ code: 'data/no-mapping' });
});

describe('params', () => {
  const program = 'param seed = 1\nparam name = "a"';

  it('take a variable of the notebook, and -p before it', async () => {
    const variables: Record<string, unknown> = { seed: 5 };
    const s = session({ scope: (name) => variables[name], params: { name: 'b' } });
    await s.declare(cell(program));
    expect(s.plan.params).toEqual({ seed: 5, name: 'b' });
  });

  it('do not take the echo of their own earlier value for a variable', async () => {
    const variables: Record<string, unknown> = {};
    const s = session({ scope: (name) => variables[name] });
    await s.declare(cell(program));
    Object.assign(variables, s.plan.params);
    await s.declare(cell('param seed = 2'));
    expect(s.plan.params['seed']).toBe(2);
    variables['seed'] = 9;
    await s.declare(cell('param seed = 2'));
    expect(s.plan.params['seed']).toBe(9);
  });

  it('that nobody declared are a mistake', async () => {
    await expect(session({ params: { sede: '3' } }).declare(cell(program))).rejects.toMatchObject({ code: 'name/unknown-param', hint: 'Did you mean "seed"?' });
  });
});

it('prepares the bundled messages: every record is a row or counted with its reason', async () => {
  const s = session();
  await s.declare(cell(`${messages}\n${topics.replace('topic\n', 'topic by majority(ties: drop)\n  where length(text) > 30\n')}`));
  const { counts, dropped, train, test } = await s.prepare('topics', { trainSize: 0.8, seed: 3 });
  expect(counts.records).toBe(413);
  expect(counts.rows + dropped.reduce((sum, { count }) => sum + count, 0)).toBe(413);
  expect(dropped.map(({ reason }) => reason).sort()).toEqual(['no submitted answer to "topic"', 'tie in "topic"', 'where length(text) > 30']);
  expect(train.length + test.length).toBe(counts.rows);
});

describe('a program in several files', () => {
  const folder = mkdtempSync(join(home, 'files-'));
  mkdirSync(join(folder, 'parts/data'), { recursive: true });
  writeFileSync(join(folder, 'parts/data/reviews.csv'), 'text,mood\nsoft,good\nhard,bad\n');
  writeFileSync(join(folder, 'parts/data.task'), 'dataset reviews from file "data/reviews.csv" {\n  field text = text\n  question mood: label("good", "bad") = mood\n}\nparam limit = 2\n');
  const task = 'task moods: text_classification on reviews { text = text[:limit]; label = mood }';

  it('reads what it includes, whose paths start at its own folder', async () => {
    const s = session({ folder });
    const { names } = await s.declare(cell(`include "parts/data.task"\n${task}`));
    expect(names.map(({ name }) => name)).toEqual(['reviews', 'limit', 'moods']);
    expect((await s.prepare('moods', {})).train.toArray()).toEqual([{ text: 'so', label: 'good' }, { text: 'ha', label: 'bad' }]);
  });

  it('shows a mistake in the file where it stands', async () => {
    writeFileSync(join(folder, 'parts/wrong.task'), '\ntask t: sft on reviews { text = txet }\n');
    expect(await mistakes(session({ folder }).declare(cell('include "parts/data.task"\ninclude "parts/wrong.task"')))).toEqual([
      'parts/wrong.task:2:33 error name/unknown-question', expect.any(String), expect.any(String), 'The dataset "reviews" has no field or question "txet".', 'hint: Did you mean "text"?',
    ]);
  });

  it('says of a file that is not there nothing but that', async () => {
    expect((await mistakes(session({ folder }).declare(cell(`include "parts/dta.task"\n${task}`)))).filter((line) => line.includes(' error '))).toEqual(['cell[1]:2:9 error data/no-file']);
  });
});

describe('data sets that cannot be opened', () => {
  it('are mistakes among the others, at their place', async () => {
    const said = await mistakes(session().declare(cell('dataset a from folder "data/nowhere"\ndataset b from file "data/none.csv" { field text = text }\ntask t: sft on a { txet = 1 }')));
    expect(said.filter((line) => line.includes(' error '))).toEqual(['cell[1]:2:23 error data/no-folder', 'cell[1]:3:21 error data/no-file', 'cell[1]:4:20 error name/unknown-column']);
    expect(said).toContain('2 | dataset a from folder "data/nowhere"');
  });

  it('and that are out of reach now leave the checks against them for later', async () => {
    const s = session();
    const { diagnostics } = await s.declare(cell('dataset a from argilla "team"\ntask t: text_classification on a { text = anything; label = whatever by majority }'));
    expect(diagnostics.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'data/unreachable']]);
    await expect(s.task('t')).rejects.toMatchObject({ code: 'data/unreachable' });
    expect(await mistakes(s.declare(cell('dataset a from argilla "team"\ntask u: text_classification on a { txet = anything; label = whatever by mayority }', 2)))).toEqual(
      expect.arrayContaining(['cell[2]:3:36 error name/unknown-column', expect.stringContaining('error name/unknown-strategy')]));
  });
});

describe('a task that names no data set', () => {
  const two = `${messages}\ndataset reviews from file "data/source/messages.jsonl" {\n  field text = text\n  question urgency: rating(1, 2, 3) = id\n}\n`;
  const task = 'task topics: text_classification { text = text; label = topic }';

  it('takes that of the caller, checked against it', async () => {
    const s = session();
    await s.declare(cell(`${two}${task}`));
    expect((await s.prepare('topics', {}, 'messages')).counts.records).toBe(413);
    expect((await mistakes(s.prepare('topics', {}, 'reviews')))[0]).toBe('cell[1]:7:57 error name/unknown-question');
    await expect(s.prepare('topics', {}, 'mesages')).rejects.toMatchObject({ code: 'name/unknown-dataset' });
    await expect(s.prepare('topics', {})).rejects.toMatchObject({ code: 'task/no-dataset' });
    expect((await session({ dataset: 'messages' }).declare(cell(`${two}${task}`))).diagnostics).toEqual([]);
  });

  it('is checked against every data set that a training names for it', async () => {
    const training = (name: string, dataset: string) => `training ${name} { task = topics; framework = linear; dataset = ${dataset} }`;
    expect(await mistakes(session().declare(cell(`${two}${task}\n${training('a', 'messages')}\n${training('b', 'reviews')}`)))).toContain('The dataset "reviews" has no field or question "topic".');
  });

  it('keeps its own where it has one', async () => {
    const s = session();
    await s.declare(cell(`${two}${topics}`));
    await expect(s.prepare('topics', {}, 'reviews')).rejects.toMatchObject({ code: 'task/dataset' });
  });

  it('is unknown again once its data set is: a data set of a cell that failed does not stay', async () => {
    const s = session();
    await mistakes(s.declare(cell(`${messages}\ntask t: sft on messages { text = nothing }`)));
    expect((await mistakes(s.declare(cell(topics, 2))))[0]).toMatch(/name\/unknown-dataset/);
  });
});

it('takes other values of params for one look at a task', async () => {
  const s = session();
  await s.declare(cell(`${messages}\nparam limit = 3\ntask t: sft on messages { text = text[:limit] }`));
  const slice = (plan: ReturnType<typeof s.taskPlan>) => (plan.entries![0] as { value: { to: { value: unknown } } }).value.to.value;
  expect([slice(s.taskPlan('t')), slice(s.taskPlan('t', undefined, { limit: '5' })), slice(s.taskPlan('t'))]).toEqual([3, 5, 3]);
  expect(() => s.taskPlan('t', undefined, { lmit: '5' })).toThrow(expect.objectContaining({ code: 'name/unknown-param' }));
  expect(() => s.taskPlan('t', undefined, { limit: 'many' })).toThrow(ProgramError);
});

it('says what is wrong with earlier cells once, and again where something new is', async () => {
  const s = session();
  await s.declare(cell('dataset far from argilla "team"'));
  expect((await s.declare(cell(messages, 2))).diagnostics).toEqual([]);
  await s.declare(cell(topics, 3));
  const { diagnostics } = await s.declare(cell('dataset messages from file "data/source/messages.jsonl" { field text = text; question urgency: rating(1 to 5) = urgency }', 4));
  expect(diagnostics.map(({ code, source }) => [source.name, code])).toEqual([['cell[3]', 'name/unknown-question']]);
});
