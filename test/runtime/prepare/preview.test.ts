import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepare } from '../../../runtime/prepare/index.js';
import { preview } from '../../../runtime/prepare/preview.js';
import { TrainingTask } from '../../../runtime/index.js';
import { everything } from '../../language/data.js';
import { datasetSchema, languageSchema } from '../../../magics/schema.js';
import { compile, parse } from '../../../dsl/index.js';

const folder = mkdtempSync(join(tmpdir(), 'tasklab-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const schema = languageSchema({ all: datasetSchema(everything) });
function task(body: string, kind = 'sft'): TrainingTask {
  const { declarations } = parse({ name: 'a.task', text: `template t(x, y = "-") = "{x}{y}"\ntask t1: ${kind} on all {\n${body}\n}`, lineOffset: 0 });
  const { plan, diagnostics } = compile(declarations, { schema });
  expect(diagnostics).toEqual([]);
  return TrainingTask.fromProgram({ ...plan.tasks['t1']!, entries: plan.tasks['t1']!.entries! });
}
/** Where the values of the first row came from. */
const origins = async (value: string, loop = '') => (await preview(task(loop ? `${loop} { text = ${value} }` : `text = ${value}`), everything)).rows[0]?.values[0]?.origins;

const answer = (question: string, annotator: string, status = 'submitted') => ({ of: 'answer', question, annotator, status });
const field = (name: string) => ({ of: 'field', name });

describe('where a value came from', () => {
  it.each<[string, string, unknown[]]>([
    ['a text of the program', '"fixed"', []],
    ['a field', 'text', [field('text')]],
    ['a field by its name', 'field["text"]', [field('text')]],
    ['an expression, each once', '"{text}{text | trim}{id}{text[:3]}{[text]}"', [field('text'), { of: 'id' }]],
    ['a template', 't(text, y: metadata.source)', [field('text'), { of: 'metadata', name: 'source' }]],
    ['the branch that was taken', '(length(text) > 3 ? text : id) ?? id', [field('text')]],
    ['the default of a null', 'first(both) == "x" ? text : field.both ?? id', [field('both')]],
    ['a default', 'metadata.nothing ?? suggestion.note', [{ of: 'suggestion', question: 'note', part: 'value', agent: null }]],
    ["a suggestion's parts", '"{suggestion.label.score}"', [{ of: 'suggestion', question: 'label', part: 'score', agent: 'm1' }]],
    ['all answers', '"{first(label)}"', [answer('label', 'ana'), answer('label', 'ben'), answer('label', 'cy')]],
    ['a unified answer', '"{label by majority}"', [{ of: 'unified', question: 'label', strategy: 'majority', answers: [{ annotator: 'ana', value: 'a' }, { annotator: 'ben', value: 'b' }, { annotator: 'cy', value: 'b' }] }]],
    ['a number', '"{(quality by mean) + 1}"', [{ of: 'unified', question: 'quality', strategy: 'mean', answers: [{ annotator: 'ana', value: 4 }, { annotator: 'ben', value: 5 }, { annotator: 'cy', value: 2 }] }]],
  ])('%s: %s', async (_, value, expected) => {
    expect(await origins(value.replaceAll('first(both)', 'first(question.both)'))).toEqual(expected);
  });

  it('a tie, with the rule that decided it', async () => {
    expect(await origins('"{label by majority(statuses: [submitted, draft], ties: random)}"')).toMatchObject([{ of: 'unified', tie: 'random', answers: [{}, {}, {}, { annotator: 'dee', value: 'a' }] }]);
  });

  it("one annotator's answer, who that is and the status, in a loop", async () => {
    expect(await origins('"{note} {annotator} {status}"', 'for each response including draft')).toEqual([answer('note', 'ana'), { of: 'annotator', annotator: 'ana' }, { of: 'status', annotator: 'ana' }]);
    expect(await origins('note by disagreement')).toEqual([answer('note', 'ana')]);
  });

  it("a loop's variables: where the list or the ranking came from", async () => {
    expect(await origins('word', 'for each word in text | split')).toEqual([field('text')]);
    expect(await origins('better', 'for each pair (better, worse) in order by mean')).toMatchObject([{ of: 'unified', question: 'order', strategy: 'mean' }]);
  });

  it('a let, through what it stands for', async () => {
    const { rows } = await preview(task('let shown = text | trim\nprompt = shown\ncompletion = prompt'), everything);
    expect(rows[0]!.values.map(({ column, origins: found }) => [column, found])).toEqual([['prompt', [field('text')]], ['completion', [field('text')]]]);
  });
});

describe('a preview', () => {
  it.each([
    ['text = first(note)'], ['text = text\nwhere "c" in label'], ['for each response including draft { text = note }'], ['for each topic in topics by majority { text = topic }'],
    ['for each response { for each topic in topics { text = topic } }'], ['text = "{label by majority(ties: random, statuses: [submitted, draft])}"'],
  ])('of %j makes the rows that prepare makes, and drops what it drops', async (body) => {
    const one = task(body);
    const { counts, rows, dropped } = await preview(one, everything, { rows: 100 });
    const prepared = await prepare(one, everything, { cacheFolder: folder });
    expect(rows.map(({ record, values }) => ({ record, ...Object.fromEntries(values.map(({ column, value }) => [column, value])) }))).toEqual([...prepared.train.withOrigin()].map(({ id: _, ...row }) => row));
    expect(dropped.map(({ record: _, ...drop }) => drop)).toEqual(prepared.dropped);
    expect(counts).toEqual({ records: 3, records_with_rows: prepared.counts.records_with_rows, candidates: prepared.counts.candidates, rows: prepared.counts.rows });
    expect(counts.rows + dropped.reduce((sum, { count }) => sum + count, 0)).toBe(counts.candidates);
  });

  it('names the first record of each reason, and shows what is left where that is nothing', async () => {
    const { counts, rows, dropped } = await preview(task('text = text\nwhere id == "nobody"'), everything);
    expect([counts.rows, rows, dropped]).toEqual([0, [], [{ reason: 'where id == "nobody"', count: 3, record: 'r1' }]]);
  });

  it('of a function says so', async () => {
    const one = TrainingTask.fromFunction('pretraining', { name: 'f', format: ({ id, fields }) => (id === 'r2' ? null : { text: fields['text']! }) });
    const { rows, dropped } = await preview(one, everything);
    expect(rows.map(({ record, values }) => [record, values[0]!.value, values[0]!.origins])).toEqual([['r1', 'Ann 😀 ran', [{ of: 'function' }]], ['r3', 'unanswered', [{ of: 'function' }]]]);
    expect(dropped).toEqual([{ reason: 'the function gave null', count: 1, record: 'r2' }]);
  });

  it('stops when it is interrupted', async () => {
    const never = TrainingTask.fromFunction('pretraining', { name: 'f', format: () => new Promise<never>(() => {}) });
    await expect(preview(never, everything, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
