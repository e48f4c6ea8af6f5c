import { describe, expect, it } from 'vitest';
import { compile, parse } from '../../dsl/index.js';
import { schema } from '../fixtures/dsl/schema.js';
import { check } from './mark.js';

const task = (body: string, kind = 'sft') => check(`task t: ${kind} on messages {\n${body}\n}`);
const value = (body: string, kind?: string) => {
  const { plan, diagnostics } = task(body, kind);
  expect(diagnostics).toEqual([]);
  return (plan.tasks['t']!.entries!.at(-1) as { value: unknown }).value;
};

describe('names', () => {
  it('means the nearest thing above, and never its own entry', () => {
    const { plan } = task('let topic = text\n text = text\n where text == topic');
    expect(plan.tasks['t']?.entries).toMatchObject([
      { name: 'topic', value: { op: 'field', name: 'text' } }, { name: 'text', value: { op: 'field', name: 'text' } },
      { test: { left: { op: 'variable', name: 'text' }, right: { op: 'variable', name: 'topic' } } },
    ]);
  });

  it('sees names of blocks around, and what stands above alone', () => {
    expect(task('for each response { text = a }\n let a = text').codes).toEqual(['name/unknown-question']);
    expect(task('let a = text\n for each response { text = a }').codes).toEqual([]);
  });

  it('puts parameters last: a field of the same name is meant', () => {
    expect(check('param topic = "x"\nparam limit = 5\ntask t: sft on messages { text = topic[:limit] }').plan.tasks['t']?.entries?.[0])
      .toMatchObject({ value: { value: { op: 'field', name: 'topic' }, to: { op: 'literal', value: 5 } } });
  });

  it('says outright what a field and a question share', () => {
    expect(task('text = both').codes).toEqual(['name/ambiguous']);
    expect(value('text = field.both')).toEqual({ op: 'field', name: 'both' });
    expect(value('text = first(question.both)')).toMatchObject({ args: [{ op: 'answers', question: 'both' }] });
  });

  it('names the parts of a record', () => {
    expect(value('text = "{id} {metadata.channel} {suggestion.label} {suggestion.label.score} {suggestion.label.agent}"')).toMatchObject({
      parts: [{ op: 'id' }, {}, { op: 'metadata', name: 'channel' }, {}, { op: 'suggestion', part: 'value' }, {}, { part: 'score' }, {}, { part: 'agent' }],
    });
    expect(value('text = field["topic"] ?? field[suggestion.label]')).toMatchObject({ left: { op: 'field', name: 'topic' }, right: { op: 'field_by_name' } });
  });
});

describe('questions', () => {
  it('takes the default strategy of the column, also before ??', () => {
    expect(value('text = text\n label = label', 'text_classification')).toEqual({ op: 'unify', question: 'label', strategy: 'majority', ties: 'first', statuses: ['submitted'] });
    expect(value('text = text\n label = label ?? suggestion.label', 'text_classification')).toMatchObject({ op: 'coalesce', left: { op: 'unify' }, right: { op: 'suggestion' } });
    expect(value('text = text\n label = quality', 'text_classification')).toMatchObject({ op: 'unify', question: 'quality' });
  });

  it('reads strategies with their options', () => {
    expect(value('text = text\n label = label by majority(statuses: [discarded, submitted], ties: drop)', 'text_classification'))
      .toEqual({ op: 'unify', question: 'label', strategy: 'majority', ties: 'drop', statuses: ['submitted', 'discarded'] });
  });

  it('is the list of answers in an argument, and one answer in a response loop', () => {
    expect(value('text = label | most_common')).toMatchObject({ args: [{ op: 'answers', question: 'label', statuses: ['submitted'] }] });
    expect(task('for each response including draft { text = note | trim }').plan.tasks['t']?.entries).toEqual([{
      entry: 'for', loop: { over: 'responses', statuses: ['submitted', 'draft'], first: false },
      body: [{ entry: 'column', name: 'text', value: { op: 'call', name: 'trim', args: [{ op: 'answer', question: 'note' }] } }],
    }]);
  });

  it('knows status and annotator in a response loop alone', () => {
    expect(task('for first response { text = "{note} {annotator} {status}" }').codes).toEqual([]);
    expect(task('text = text\n where status == "draft"').codes).toEqual(['name/unknown']);
  });

  it('compares labels with options of the question, through lets too', () => {
    const { codes, spans, expected, diagnostics } = check('task t: text_classification on messages {\n text = text\n label = label\n let l = label\n where l != «"urgnt"»\n}');
    expect([codes, spans]).toEqual([['name/unknown-label'], expected]);
    expect(diagnostics[0]?.hint).toBe('Did you mean "urgent"?');
  });
});

describe('templates', () => {
  it('stand in for a call, with defaults and names', () => {
    const { plan, codes } = check('param p = "P"\ntemplate t(a, b = "{p}!") = "{a}{b}{p}"\ntask s: sft on messages { text = topic | t(b: text) }\ntask u: sft on messages { text = t(a: topic) }');
    expect(codes).toEqual([]);
    const body = { op: 'text', parts: [{ op: 'variable', name: 'a' }, { op: 'variable', name: 'b' }, { op: 'literal', value: 'P' }] };
    expect(plan.tasks['s']?.entries?.[0]).toMatchObject({ value: { op: 'bind', names: { a: { name: 'topic' }, b: { name: 'text' } }, body } });
    expect(plan.tasks['u']?.entries?.[0]).toMatchObject({ value: { names: { b: { op: 'text', parts: [{ value: 'P' }, { value: '!' }] } } } });
  });
});

describe('several cells', () => {
  const cell = (text: string) => parse({ name: text.slice(0, 5), text, lineOffset: 1 });
  it('lets a later declaration replace an earlier one, and checks what depends on it again', () => {
    const [first, second, third] = [cell('task t: sft on messages { text = text }'), cell('training r { task = t; framework = linear }'), cell('task t: text_classification on messages { text = text\n label = label }')];
    const codes = (...cells: (typeof first)[]) => compile(cells.flatMap(({ declarations }) => declarations), { schema }).diagnostics.map(({ code, source }) => [code, source.name]);
    expect(codes(first, second)).toEqual([['type/framework-kind', 'train']]);
    expect(codes(first, second, third)).toEqual([]);
  });

  it('says a mistake in an inherited entry once, in the cell where it stands', () => {
    const [parent, child] = [cell('task a: sft on messages { text = txet }'), cell('task b extends a { where id != "" }')];
    const { diagnostics, plan } = compile([...parent.declarations, ...child.declarations], { schema });
    expect(diagnostics.map(({ source }) => source.name)).toEqual(['task ']);
    expect(plan.tasks).toEqual({});
  });
});

describe('parameters from outside', () => {
  const text = 'param size = 0.8\nparam name = "a"\nparam on = false\ntask t: text_classification on messages { text = text\n label = label }\ntraining r { task = t; framework = linear; train_size = size }';
  it('come before the written value, texts read as its type', () => {
    const { plan } = check(text, { params: { size: '0.5', name: '7', on: 'true', other: 1 } });
    expect(plan.params).toEqual({ size: 0.5, name: '7', on: true });
    expect(plan.trainings['r']?.trainSize).toBe(0.5);
  });

  it('are of the written type', () => {
    expect(check(text, { params: { size: 'half' } }).codes).toEqual(['type/parameter']);
  });
});

describe('data sets that are not loaded', () => {
  const dataset = 'dataset far from hub "a/b"\n';
  it('says nothing about names that only the data can tell, and all the rest', () => {
    const { codes, plan, waiting } = check(`${dataset}task t: sft on far { text = prompt }\ntask u: sft on far { for each response { text = field.prompt } }\ntask w: sft on far { txt = prompt }`);
    expect([codes, Object.keys(plan.tasks), waiting]).toEqual([['name/unknown-column'], ['u'], ['t']]);
  });

  it('knows a table by its declaration', () => {
    const { codes, plan } = check('dataset d from file "x.csv" {\n field original = `original email`\n question revised: text = `revised email`\n}\ntask t: dpo on d {\n for each response {\n prompt = original\n chosen = revised\n rejected = original\n where chosen != rejected\n }\n}\ntask u: sft on d { text = orignal }');
    expect(codes).toEqual(['name/unknown-question']);
    expect(plan.tasks['t']?.entries).toMatchObject([{ body: [{}, { value: { op: 'answer', question: 'revised' } }, {}, { text: 'chosen != rejected' }] }]);
  });

  it('takes the data set from the training, or from the caller, where the task names none', () => {
    const open = 'task t: text_classification { text = text\n label = label }\n';
    expect(check(open).waiting).toEqual(['t']);
    expect(Object.keys(check(open, { dataset: 'messages' }).plan.tasks)).toEqual(['t']);
    const { plan } = check(`${open}dataset messages from folder "m"\ntraining r { task = t; framework = linear; dataset = messages }`);
    expect([Object.keys(plan.tasks), plan.trainings['r']?.dataset]).toEqual([['t'], 'messages']);
  });
});

describe('fingerprints', () => {
  const print = (text: string) => check(text).plan.tasks['t']?.fingerprint;
  const base = print('task t: text_classification on messages {\n let a = text\n text = a | trim\n label = label by majority(ties: drop, statuses: [draft, submitted])\n where a != ""\n}');
  it.each([
    ['comments, spaces and names of lets', 'task t: text_classification on messages { // why\n let other = text; text = trim(other)\n label = label by majority(statuses: [submitted, draft], ties: drop)\n where ((other) != "")\n}'],
    ['defaults written out, and parameters', 'param e = ""\ntask t: text_classification on messages {\n let a = field.text\n text = a | trim\n label = question.label by majority(ties: drop, statuses: [draft, submitted])\n where a != e\n}'],
  ])('do not change with %s', (_, text) => expect(print(text)).toBe(base));

  it.each([
    ['a strategy', 'let a = text\n text = a | trim\n label = label by weighted_majority(ties: drop, statuses: [draft, submitted])\n where a != ""'],
    ['a condition', 'let a = text\n text = a | trim\n label = label by majority(ties: drop, statuses: [draft, submitted])\n where a != "x"'],
    ['what a let is', 'let a = topic\n text = a | trim\n label = label by majority(ties: drop, statuses: [draft, submitted])\n where a != ""'],
    ['a setting', 'let a = text\n text = a | trim\n label = label by majority(ties: drop, statuses: [draft, submitted])\n where a != ""\n dedupe = true'],
  ])('change with %s', (_, body) => {
    const other = print(`task t: text_classification on messages {\n${body}\n}`);
    expect(other).toMatch(/^[0-9a-f]{16}$/);
    expect(other).not.toBe(base);
  });

  it('of a training change with its task, and not with the order of its options', () => {
    const training = (task: string, options: string) => check(`task t: text_classification on messages { text = ${task}\n label = label }\ntraining r { task = t; framework = linear; options { ${options} } }`).plan.trainings['r']?.fingerprint;
    expect(training('text', 'c = 1; lowercase = true')).toBe(training('text', 'lowercase = true; c = 1'));
    expect(training('text', 'c = 1')).not.toBe(training('topic', 'c = 1'));
  });
});

it('takes hostile names as names', () => {
  const { codes } = check('dataset d from file "x" { field __proto__ = constructor\n question toString: label("constructor") = `__proto__` }\ntask t: text_classification on d { text = __proto__\n label = toString }\ntraining hasOwnProperty { task = t; framework = linear; options { constructor = 1 } }');
  expect(codes).toEqual(['name/unknown-option']);
});

describe('what a function gives of a list', () => {
  it('is an item of it, or a list like it', () => {
    expect(task('text = first(quality)').codes).toEqual(['type/column']);
    expect(task('text = first(note)').codes).toEqual([]);
    expect(task('text = "{quality | sort | last}"\n where (quality | sort | first) > 2').codes).toEqual([]);
    expect(task('for each q in unique(quality) { text = q }').codes).toEqual(['type/column']);
  });

  it('still answers its question: labels are checked', () => {
    const { diagnostics } = task('text = text\n where first(label) == "urgnt"');
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([['name/unknown-label', 'Did you mean "urgent"?']]);
  });
});
