import { describe, expect, it } from 'vitest';
import { complete, hover, isComplete, parse } from '../../dsl/index.js';
import { schema } from '../fixtures/dsl/schema.js';

const { declarations } = parse({ name: 'cell[1]', text: 'template wrap(a) = "{a}"\nparam size = 0.8\ndataset mails from folder "mails"\ntask base: sft on messages { text = text }', lineOffset: 0 });
const context = { schema, declarations };
/** `‸` is the cursor. */
const at = (text: string) => complete(text.replace('‸', ''), text.indexOf('‸'), context);
const labels = (text: string) => at(text).items.map(({ label }) => label);

describe('completion', () => {
  it('offers declarations at the start', () => {
    expect(labels('‸')).toEqual(['param', 'dataset', 'template', 'task', 'training', 'include']);
    expect(at('param x = 1\nta‸')).toEqual({ start: 12, end: 14, items: [{ label: 'task', kind: 'keyword', detail: 'How one record becomes training rows of a kind.' }] });
  });

  it('offers nothing in an entry of thousands of words', () => {
    expect(labels(`param x = [${'1, '.repeat(100)}‸`)).toContain('not');
    expect(labels(`param x = [${'1, '.repeat(2000)}‸`)).toEqual([]);
  });

  it('offers what a head takes', () => {
    expect(labels('task t: text‸')).toEqual(['text_classification']);
    expect(labels('task t: sft ‸')).toEqual(['on', 'using']);
    expect(labels('task t: sft on ‸')).toEqual(['mails', 'emotion', 'dolly', 'messages']);
    expect(labels('task t extends ‸')).toContain('base');
    expect(labels('dataset d from ‸')).toEqual(['folder', 'file', 'hub', 'argilla', 'label_studio', 'value']);
    expect(labels('dataset d ‸')).toEqual(['from']);
  });

  it('offers the columns that are not given yet, at the start of an entry', () => {
    expect(labels('task t: dpo on messages {\n prompt = text\n ‸\n}')).toEqual(['chosen', 'rejected', 'dedupe', 'split_by', 'stratify', 'seed', 'let', 'where', 'for']);
  });

  it('offers names in scope, nearest first, and not the entry itself', () => {
    const items = labels('task t: sft on messages {\n let short = text\n for each one in unique(label) {\n  text = ‸\n }\n}');
    expect(items.slice(0, 5)).toEqual(['one', 'short', 'text', 'topic', 'both']);
    expect(items).toEqual(expect.arrayContaining(['label', 'id', 'metadata', 'wrap', 'trim', 'size', 'not']));
    expect(items).not.toContain('annotator');
    expect(labels('task t: sft on messages {\n for each response { text = ann‸ }\n}')).toEqual(['annotator']);
  });

  it('offers the strategies of the question, and their options', () => {
    expect(labels('task t: sft on messages {\n text = quality by m‸')).toEqual(['majority', 'mean', 'min', 'max']);
    expect(labels('task t: sft on messages {\n text = label by majority(‸')).toEqual(['ties', 'statuses', 'not', 'true', 'false', 'null']);
    expect(labels('task t: sft on messages {\n text = label by majority(ties: ‸)')).toEqual(expect.arrayContaining(['first', 'random', 'drop']));
    expect(labels('task t: sft on messages {\n text = label by majority(statuses: [draft, ‸])')).toEqual(expect.arrayContaining(['submitted', 'discarded']));
  });

  it('works in a broken program, in holes, and not in prose', () => {
    expect(labels('task t: sft on messages {\n broken = = (\n text = "a {to‸} b"\n where (\n}')).toEqual(['topic', 'topics', 'tool']);
    expect(labels('task t: sft on messages {\n text = "a to‸"\n}')).toEqual([]);
    expect(labels('task t: sft on messages { // to‸')).toEqual([]);
    expect(labels('task t: sft on messages {\n text = text | upp‸')).toEqual(['upper']);
    expect(labels('task t: sft on messages {\n text = suggestion.label.‸')).toEqual(['score', 'agent']);
    expect(labels('template t(one, two) = "{o‸}"')).toEqual(['one']);
  });

  it('takes hostile names as names', () => {
    expect(labels('task t: sft on messages {\n text = label by majority(constructor: ‸)')).toEqual(['not', 'true', 'false', 'null']);
    expect(labels('training r {\n framework = trl\n constructor { ‸ }\n}')).toEqual([]);
  });

  it('offers what a training takes, options with type and default', () => {
    expect(labels('training r {\n task = base\n framework = ‸\n}')).toContain('trl');
    expect(labels('training r {\n task = base\n framework = ‸\n}')).not.toContain('linear');
    expect(at('training r {\n framework = linear\n options { ana‸ }\n}').items).toEqual([{ label: 'analyzer', kind: 'option', detail: 'word | char | both, default "both": Sets analyzer.' }]);
    expect(labels('training r {\n framework = linear\n options { analyzer = ‸ }\n}').slice(0, 3)).toEqual(['word', 'char', 'both']);
    expect(labels('training r {\n framework = trl\n lora { ‸ }\n}')).toEqual(['r', 'lora_alpha']);
    expect(labels('training r {\n framework = trl\n le‸\n}')).toEqual(['length_sampler']);
  });
});

describe('hover', () => {
  const text = 'task t: text_classification on messages {\n text = text | trim\n label = label by majority\n}\ntraining r { task = t; framework = linear; options { c = 2 } }';
  const over = (piece: string) => hover(text, text.indexOf(piece) + 1, context);
  it('explains kinds, columns, fields, questions, strategies, functions and options', () => {
    expect(over('text_classification')).toContain('Rows for text_classification.');
    expect(over('messages')).toContain('label (label)');
    expect(over('text |')).toBe('**field text**');
    expect(over('trim')).toContain('**trim(text) → a text**');
    expect(over('label =')).toContain('**column label**');
    expect(over('label by')).toContain('billing, urgent, other');
    expect(over('majority')).toContain('The most frequent answer.');
    expect(hover(text, text.indexOf('c = 2'), context)).toContain('default `1`');
    expect(over('= text')).toBeUndefined();
  });
});

describe('is it complete', () => {
  it.each([
    ['complete', ''], ['complete', 'param x = 1'], ['complete', 'task t: sft on d { text = wrong }\n'],
    ['incomplete', 'task'], ['incomplete', 'task t: sft on d'], ['incomplete', 'task t: sft on d {'], ['incomplete', 'task t: sft on d {\n text = f('],
    ['incomplete', 'template t(a) = """\n some'], ['incomplete', 'task t: sft on d { text = '], ['incomplete', 'dataset d from file'],
    ['invalid', '} x'], ['invalid', 'task t: sft on d { a b\n'], ['invalid', 'tsk x'],
  ])('%s: %s', (answer, text) => expect(isComplete(text)).toBe(answer));
});
