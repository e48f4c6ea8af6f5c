import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { root, tasklab, workFolder } from './tasklab.js';

/** Reviews of three annotators: "b" has a tie, "d" nobody answered. */
const reviews = [
  'record,who,text,mood',
  'a,ann,good shoes,good', 'a,ben,good shoes,good', 'a,cleo,good shoes,bad',
  'b,ann,"odd, very odd",good', 'b,ben,"odd, very odd",bad',
  'c,ann,broken zip,bad',
  'd,,no opinion,',
].join('\n');

const dataset = `dataset reviews from file "reviews.csv" {
  record = record
  annotator = who
  field text = text
  question mood: label("good", "bad") = mood
}
`;
const program = `${dataset}
task moods: text_classification on reviews {
  text = text
  label = mood by majority(ties: drop)
}
training mood_model { task = moods; framework = linear }
`;

describe('a table from the command line', () => {
  const folder = workFolder({ 'reviews.csv': reviews, 'reviews.task': program });

  it('prints training rows and nothing else', async () => {
    const { status, stdout, stderr } = await tasklab(folder, ['prepare', 'reviews.task', 'moods', '--format', 'jsonl', '--ids']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trim().split('\n').map((line) => JSON.parse(line))).toEqual([
      { id: 0, record: 'a', text: 'good shoes', label: 'good' },
      { id: 1, record: 'c', text: 'broken zip', label: 'bad' },
    ]);
  });

  it('says what was dropped and why', async () => {
    const { stdout } = await tasklab(folder, ['prepare', 'reviews.task', 'moods']);
    expect(stdout).toMatch(/2 rows from 4 records/);
    expect(stdout).toMatch(/dropped +2/);
    expect(stdout).toMatch(/tie/i);
  });

  it('writes Arrow files and a manifest', async () => {
    const { status } = await tasklab(folder, ['prepare', 'reviews.task', 'moods', '--out', 'rows']);
    expect(status).toBe(0);
    expect(readdirSync(join(folder, 'rows')).sort()).toEqual(['manifest.json', 'test.arrow', 'train.arrow']);
    expect(JSON.parse(readFileSync(join(folder, 'rows/manifest.json'), 'utf8'))).toMatchObject({ seed: 42, counts: { records: 4, rows: 2 } });
  });

  it('unifies record by record', async () => {
    const { stdout } = await tasklab(folder, ['unify', 'reviews.task', 'reviews.mood', '--strategy', 'majority', '--format', 'jsonl']);
    expect(stdout.trim().split('\n').map((line) => JSON.parse(line))).toEqual([
      { id: 'a', value: 'good' }, { id: 'b', value: 'good' }, { id: 'c', value: 'bad' }, { id: 'd', value: null },
    ]);
  });

  it('measures agreement as JSON', async () => {
    const { stdout } = await tasklab(folder, ['agreement', 'reviews.task', 'reviews', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ question: 'mood', answers: 6, records: { answered: 3, compared: 2 } }]);
  });

  it('measures a column of suggestions by the answers, to be read or as JSON', async () => {
    writeFileSync(join(folder, 'guesses.csv'), reviews.split('\n').map((line, i) => `${line},${['guess', 'good', 'good', 'good', 'bad', 'bad', '', 'bad'][i]}`).join('\n'));
    writeFileSync(join(folder, 'guesses.task'), dataset.replace('reviews.csv', 'guesses.csv').replace(/\}\n$/, '  suggestion mood = guess\n}\n'));
    const metrics = (...words: string[]) => tasklab(folder, ['metrics', 'guesses.task', 'reviews', ...words]);
    const { stdout: json } = await metrics('--question', 'mood', '--strategy', 'majority', '--metric', 'accuracy', '--json');
    expect(JSON.parse(json)).toMatchObject({
      question: 'mood', strategy: 'majority', records: 4,
      results: [{ compared: 2, withoutSuggestion: 1, withoutAnswer: 1, metrics: { accuracy: { value: 0.5 } }, confusion: { labels: ['good', 'bad'], counts: [[1, 1], [0, 0]] } }],
    });
    const { stdout: text } = await metrics('--question', 'mood');
    expect(text).toMatch(/^ann +2 +1 +1 +0\.500/m);
    expect(text).toMatch(/By class: ben\nclass +precision +recall +F1 +support/);
    expect(text).toMatch(/Confusion matrix: mood, ann \(rows: true label, columns: predicted\)/);
    expect(await metrics()).toMatchObject({ status: 2, stderr: expect.stringContaining('--question with one of: mood') });
  });
});

describe('a training from the command line', () => {
  const folder = workFolder({
    'reviews.csv': ['text,mood', ...Array.from({ length: 120 }, (_, i) => (i % 3 ? `lovely soft shoes number ${i},good` : `broken zip and torn sole number ${i},bad`))].join('\n'),
    'reviews.task': `dataset reviews from file "reviews.csv" {
  field text = text
  question mood: label = mood
}
task moods: text_classification on reviews { text = text; label = mood }
training mood_model { task = moods; framework = linear; train_size = 0.75; seed = 7 }
`,
  });

  it('trains, reports against the baseline, and predicts from the run and from its folder', async () => {
    const trained = await tasklab(folder, ['train', 'reviews.task', 'mood_model', '--output-dir', 'model']);
    expect({ status: trained.status, stderr: trained.stderr }).toEqual({ status: 0, stderr: '' });
    expect(trained.stdout).toMatch(/90 training rows, 30 test rows/);
    expect(trained.stdout).toMatch(/accuracy +1\.000 +0\.\d+/);
    for (const run of ['mood_model', 'mood_model-1', 'model']) {
      const { stdout } = await tasklab(folder, ['predict', run, 'soft and lovely', 'a torn zip', '--json']);
      expect(stdout.trim().split('\n').map((line) => (JSON.parse(line) as { label: string }).label)).toEqual(['good', 'bad']);
    }
    expect((await tasklab(folder, ['runs'])).stdout).toMatch(/mood_model-1 +mood_model +linear +finished/);
  });

  it('takes the place of an earlier run, and of nothing else that is in the way', async () => {
    mkdirSync(join(folder, 'thesis'));
    writeFileSync(join(folder, 'thesis/chapter.txt'), 'three years of work');
    const copied = [['train', 'reviews.task', 'mood_model', '--output-dir'], ['prepare', 'reviews.task', 'moods', '--out']];
    for (const command of copied) {
      for (const taken of ['thesis', 'reviews.csv', '.']) {
        const { status, stderr } = await tasklab(folder, [...command, taken]);
        expect([status, stderr]).toEqual([1, expect.stringContaining('data/folder-exists')]);
      }
      for (let time = 0; time < 2; time++) expect((await tasklab(folder, [...command, `${command[0]}-out`])).status).toBe(0);
    }
    expect(readFileSync(join(folder, 'thesis/chapter.txt'), 'utf8')).toBe('three years of work');
    // Nothing was trained before it was refused.
    expect(readdirSync(join(folder, '.tasklab/runs')).sort()).toEqual(['mood_model-1', 'mood_model-2', 'mood_model-3']);
  });
});

describe('real feedback: several people each rewrote an email', () => {
  const mails = join(root, '../shared/data/popquorn/email_rewriting.csv');
  const folder = workFolder({
    'mails.task': `dataset mails from file ${JSON.stringify(mails)} {
  record = instance_id
  annotator = user_id
  field original = \`original email\`
  question revised: text = \`revised email\`
}
task preferences: dpo on mails {
  for each response {
    prompt = "Rewrite this email politely: {original}"
    chosen = revised
    rejected = original
    where chosen != rejected
  }
}
task rewriting: sft on mails {
  for first response { text = revised }
}
`,
  });

  beforeEach((test) => test.skip(!existsSync(mails), 'no popquorn/email_rewriting.csv beside the checkout'));

  it.each([
    ['preferences', 2346],
    ['rewriting', 1429],
  ])('%s has %i rows', async (task, rows) => {
    const { stdout, status } = await tasklab(folder, ['prepare', 'mails.task', task, '--format', 'jsonl']);
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(rows);
    // Cells keep their line ends to the byte.
    if (task === 'preferences') expect(stdout).toContain('\\r\\n');
  });

  it('has 1429 records with 2346 answers', async () => {
    const { stdout } = await tasklab(folder, ['unify', 'mails.task', 'mails.revised', '--strategy', 'disagreement', '--format', 'jsonl']);
    const answers = stdout.trim().split('\n').map((line) => (JSON.parse(line) as { value: string[] | null }).value ?? []);
    expect([answers.length, answers.flat().length]).toEqual([1429, 2346]);
  });
});

describe('a mistake is said once, where it is, with what to do', () => {
  const training = 'training m { task = t; framework = linear }';
  const task = (label: string): string => `task t: text_classification on reviews { text = text; label = ${label} }\n`;

  it.each<[string, Record<string, string>, string[], RegExp[]]>([
    ['a missing program', {}, ['check', 'none.task'], [/data\/no-file/, /"none\.task"/]],
    ['a missing table', { 'p.task': dataset }, ['check', 'p.task'], [/data\/no-file/, /"reviews\.csv"/]],
    ['a missing folder', { 'p.task': 'dataset a from folder "nowhere"' }, ['check', 'p.task'], [/data\/no-folder/, /"nowhere"/]],
    ['a missing column', { 'p.task': dataset.replace('= text\n', '= txet\n'), 'reviews.csv': reviews }, ['check', 'p.task'], [/data\/unknown-column/, /"txet"/, /Did you mean "text"/, /record, who, text, mood/]],
    ['a broken quote', { 'p.task': program, 'reviews.csv': reviews.replace('"odd, very odd",bad', '"odd, very odd,bad') }, ['prepare', 'p.task', 'moods'], [/data\/csv/, /line \d+/, /quote/]],
    ['a label outside the options', { 'p.task': program, 'reviews.csv': reviews.replace('zip,bad', 'zip,bda') }, ['prepare', 'p.task', 'moods'], [/data\/unknown-label/, /line 7/, /"bda"/, /Did you mean "bad"/]],
    ['a question nobody answered', { 'p.task': program, 'reviews.csv': 'record,who,text,mood\na,ann,x,\nb,ben,y,' }, ['prepare', 'p.task', 'moods'], [/mood/, /answer/]],
    ['one class only', { 'p.task': program, 'reviews.csv': 'record,who,text,mood\na,ann,good shoes,good\nb,ben,good socks,good' }, ['train', 'p.task', 'mood_model'], [/one class|only one label|"good"/]],
    ['a task on an unknown data set', { 'p.task': dataset + task('mood').replace('on reviews', 'on reveiws'), 'reviews.csv': reviews }, ['check', 'p.task'], [/p\.task:7:\d+ error name\/unknown-dataset/, /\^\^\^/, /Did you mean "reviews"/]],
    ['an unknown name', { 'p.task': dataset + task('modo'), 'reviews.csv': reviews }, ['check', 'p.task'], [/p\.task:7:\d+ error name\//, /Did you mean "mood"/]],
    ['an unknown strategy', { 'p.task': dataset + task('mood by mean'), 'reviews.csv': reviews }, ['check', 'p.task'], [/p\.task:7:\d+ error/, /mean/, /majority/]],
    ['an unknown option of a framework', { 'p.task': dataset + task('mood') + training.replace('linear', 'linear; options { epoch = 3 }'), 'reviews.csv': reviews }, ['check', 'p.task'], [/p\.task:8:\d+ error/, /epoch/]],
    ['an unknown option', { 'p.task': program, 'reviews.csv': reviews }, ['prepare', 'p.task', 'moods', '--sed', '1'], [/command\/usage/, /--seed/]],
    ['an unknown command', {}, ['prepaer'], [/command\/unknown/, /prepare/]],
    ['a file that is no notebook', { 'n.ipynb': '{"cells": 3}' }, ['run', 'n.ipynb'], [/notebook\/not-a-notebook/]],
    ['a run that is not there', {}, ['predict', 'nothing', 'text'], [/name\/unknown-run/]],
  ])('%s', async (_name, files, args, said) => {
    const folder = workFolder(files);
    const { status, stdout, stderr } = await tasklab(folder, args);
    expect(status).toBeGreaterThan(0);
    for (const pattern of said) expect(stdout + stderr).toMatch(pattern);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('all at once, each at its place', async () => {
    const folder = workFolder({ 'reviews.csv': reviews, 'p.task': `${dataset}task t: text_classification on reviews {\n  text = txt\n  label = mood by mode\n}\n` });
    const { stderr } = await tasklab(folder, ['check', 'p.task']);
    expect([...stderr.matchAll(/^p\.task:(\d+):\d+ error/gm)].map(([, line]) => line)).toEqual(['8', '9']);
  });
});

describe('Ctrl-C', () => {
  const many = ['record,who,text,mood', ...Array.from({ length: 60_000 }, (_, i) => `${i},ann,text number ${i} about ${i % 7} things,${i % 2 ? 'good' : 'bad'}`)].join('\n');
  const folder = workFolder({ 'reviews.csv': many, 'reviews.task': program.replace('linear', 'linear; train_size = 0.8; options { max_iter = 100000; tolerance = 1e-300 }') });
  const made = (): string[] => (existsSync(join(folder, '.tasklab/prepared')) ? readdirSync(join(folder, '.tasklab/prepared')) : []);

  it('while rows are made leaves nothing half-written', async () => {
    const { status } = await tasklab(folder, ['prepare', 'reviews.task', 'moods', '--out', 'rows'], () => made().length > 0);
    expect(status).toBe(130);
    expect(made()).toEqual([]);
    expect(existsSync(join(folder, 'rows'))).toBe(false);
  });

  it('while it trains stops the run, and says so', async () => {
    const run = join(folder, '.tasklab/runs/mood_model-1');
    const { status, stdout } = await tasklab(folder, ['train', 'reviews.task', 'mood_model'], () => existsSync(join(run, 'tasklab/events.jsonl')));
    expect(status).toBe(130);
    expect(stdout).toMatch(/stopped/i);
    expect(existsSync(join(run, 'tasklab/manifest.json'))).toBe(false);
  });

  it('while a notebook runs ends the kernel and writes nothing', async () => {
    const cell = { cell_type: 'code', id: 'a', metadata: {}, execution_count: null, outputs: [], source: 'require("fs").writeFileSync("started", ""); await new Promise(() => {});' };
    const place = workFolder({ 'endless.ipynb': JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }) });
    const { status, stderr } = await tasklab(place, ['run', 'endless.ipynb', '-o', 'out.ipynb'], () => existsSync(join(place, 'started')));
    expect(status).toBe(130);
    expect(stderr).toMatch(/notebook\/interrupted/);
    expect(readdirSync(place).sort()).toEqual(['endless.ipynb', 'started']);
  });
});

describe('a program that is checked', () => {
  const folder = workFolder({ 'reviews.csv': reviews, 'reviews.task': program, 'data.task': dataset, 'wrong.task': `include "data.task"\nparam limit = 3\ntask moods: text_classification on reviews {\n  text = txet\n  label = mood by mean\n}\n` });
  const json = async (file: string, ...options: string[]) => {
    const { status, stdout } = await tasklab(folder, ['check', file, '--json', ...options]);
    return { status, ...(JSON.parse(stdout) as { diagnostics: unknown[]; waiting: unknown[]; plan: { version: number; fingerprint: string; tasks: Record<string, { fingerprint: string }>; params: unknown } }) };
  };

  it('gives all mistakes as JSON, with their places, and fails', async () => {
    const { status, diagnostics } = await json('wrong.task');
    expect(status).toBe(1);
    expect(diagnostics).toEqual([
      { code: 'name/unknown-question', severity: 'error', message: 'The dataset "reviews" has no field or question "txet".', hint: 'Did you mean "text"?', file: 'wrong.task', start: { line: 4, column: 10 }, end: { line: 4, column: 14 } },
      { code: 'type/strategy', severity: 'error', message: expect.stringContaining('"mood"'), hint: expect.any(String), file: 'wrong.task', start: { line: 5, column: 19 }, end: { line: 5, column: 23 } },
    ]);
  });

  it('gives its plan as JSON, whose fingerprints follow the meaning', async () => {
    const { status, diagnostics, waiting, plan } = await json('reviews.task');
    expect({ status, diagnostics, waiting, version: plan.version }).toEqual({ status: 0, diagnostics: [], waiting: [], version: 1 });
    writeFileSync(join(folder, 'other.task'), program.replace('{\n  text = text', '{ // a comment\n  text   =   text'));
    expect((await json('other.task')).plan.fingerprint).toBe(plan.fingerprint);
    writeFileSync(join(folder, 'other.task'), program.replace('drop', 'first'));
    const other = (await json('other.task')).plan;
    expect(other.fingerprint).not.toBe(plan.fingerprint);
    expect(other.tasks['moods']!.fingerprint).not.toBe(plan.tasks['moods']!.fingerprint);
  });

  it('is told what waits, and takes --dataset and -p', async () => {
    writeFileSync(join(folder, 'open.task'), `${dataset}param limit = 3\ntask moods: text_classification { text = text[:limit]; label = mood }\n`);
    const { stdout } = await tasklab(folder, ['check', 'open.task']);
    expect(stdout).toBe('1 data set, 1 task: no mistakes.\nThe task "moods" is checked in full once a data set is named (--dataset).\n');
    const { waiting, plan } = await json('open.task', '--dataset', 'reviews', '-p', 'limit=5');
    expect({ waiting, params: plan.params, tasks: Object.keys(plan.tasks) }).toEqual({ waiting: [], params: { limit: 5 }, tasks: ['moods'] });
    const rows = await tasklab(folder, ['prepare', 'open.task', 'moods', '--dataset', 'reviews', '-p', 'limit=5', '--format', 'jsonl']);
    expect(rows.stdout.split('\n')[0]).toBe('{"text":"good ","label":"good"}');
  });

  it('helps an editor at a place, although it is not whole', async () => {
    writeFileSync(join(folder, 'typing.task'), `include "data.task"\ntask moods: text_classification on reviews {\n  text = te\n  label = mood by m\n`);
    const { items } = JSON.parse((await tasklab(folder, ['complete', 'typing.task', '4:20', '--json'])).stdout) as { items: { label: string }[] };
    expect(items.map(({ label }) => label)).toEqual(['majority']);
    expect((await tasklab(folder, ['complete', 'typing.task', '3:12'])).stdout).toContain('text\tfield');
    expect((await tasklab(folder, ['hover', 'typing.task', '4:12'])).stdout).toBe('**question mood**\n\nlabel: good, bad\n');
    expect((await tasklab(folder, ['hover', 'typing.task', '9:1'])).stderr).toContain('is no place');
  });
});

describe('a task that is explained', () => {
  const folder = workFolder({ 'reviews.csv': reviews, 'reviews.task': `${program}\ntask waiting: sft { text = text }\n` });

  it('says what it does in words, where the values of its first rows came from, what was dropped and why', async () => {
    const { status, stdout } = await tasklab(folder, ['task', 'reviews.task', 'moods']);
    expect(status).toBe(0);
    for (const line of [
      'One row for each record.', 'mood is unified by majority: the most frequent answer; submitted answers count; a tie drops the row.', 'made         2 rows from 4 records',
      'Row 1, of record a', '  text  = good shoes\n        ← field text', '  label = good\n        ← mood by majority: ann good, ben good, cleo bad', 'Row 2, of record c',
    ]) expect(stdout).toContain(line);
    expect(stdout).toMatch(/tie in "mood" +label +1 +record b/);
    expect(stdout).toMatch(/no submitted answer to "mood" +label +1 +record d/);
  });

  it('gives the same as JSON', async () => {
    const { stdout } = await tasklab(folder, ['task', 'reviews.task', 'moods', '--rows', '1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      task: 'moods', dataset: 'reviews', counts: { records: 4, records_with_rows: 2, candidates: 4, rows: 2 },
      rows: [{ record: 'a', values: [{ column: 'text', origins: [{ of: 'field', name: 'text' }] }, { column: 'label', value: 'good', origins: [{ of: 'unified', answers: [{ annotator: 'ann', value: 'good' }, {}, {}] }] }] }],
    });
  });

  it('says what is missing', async () => {
    expect((await tasklab(folder, ['task', 'reviews.task', 'mods'])).stderr).toContain('Did you mean "moods"?');
    expect((await tasklab(folder, ['task', 'reviews.task', 'waiting'])).stderr).toContain('task/no-dataset');
    expect((await tasklab(folder, ['task', 'reviews.task', 'waiting', '--dataset', 'reviews'])).stdout).toContain('← field text');
  });
});
