import { describe, expect, it } from 'vitest';
import { check } from './mark.js';

/** Fingerprints of the task `t`, of the training `m`, and of the whole. */
const prints = (text: string) => {
  const { plan, codes } = check(text);
  expect(codes).toEqual([]);
  return { task: plan.tasks['t']?.fingerprint, training: plan.trainings['m']?.fingerprint, whole: plan.fingerprint };
};
const task = (body: string, kind = 'sft', outside = '') => prints(`${outside}\ntask t: ${kind} on messages {\n${body}\n}`).task;
const label = (value: string) => task(`text = text\nlabel = ${value}`, 'text_classification');
const training = (body: string) => prints(`task t: text_classification on messages { text = text; label = label }\ntraining m { task = t; framework = linear; ${body} }`).training;

describe('a fingerprint stays the same', () => {
  it.each([
    ['comments and spaces', task('text = text'), task('  // a comment\n  text   =   text /* another */ ;')],
    ['the alias of a kind', task('text = text'), task('text = text', 'supervised_fine_tuning')],
    ['the name of a let', task('let a = text | trim\ntext = "{a}!"'), task('let b = text | trim\ntext = "{b}!"')],
    ['a let or what it stands for', task('let a = text | trim\ntext = "{a}!"'), task('text = "{text | trim}!"')],
    ['a let that nothing uses', task('text = text'), task('let unused = topic\ntext = text')],
    ['a pipe or a call', task('text = text | trim'), task('text = trim(text)')],
    ['a named argument', task('text = replace(text, "a", "b")'), task('text = replace(text, by: "b", pattern: "a")')],
    ['a template or its text', task('text = t2(topic)', 'sft', 'template t2(x) = "<{x}>"'), task('text = "<{topic}>"')],
    ["a template's parameters", task('text = t2(topic, text)', 'sft', 'template t2(x, y) = "{x}{y}"'), task('text = t2(b: text, a: topic)', 'sft', 'template t2(a, b) = "{a}{b}"')],
    ['a text that is written in parts', task('text = shown(text)', 'sft', 'param mark = "!"\ntemplate shown(x, end = ".") = "<{x}{mark}{end}{1}>"'), task('text = "<{text}!.1>"')],
    ['a text of nothing but itself', task('text = "{"a"}{"b"}"'), task('text = "ab"')],
    ['a param or its value', task('text = text[:limit]', 'sft', 'param limit = 5'), task('text = text[:5]')],
    ['the order of columns', task('prompt = topic\ncompletion = text'), task('completion = text\nprompt = topic')],
    ['a column in a loop or before it', task('prompt = text\nfor each response { completion = note }'), task('for each response { prompt = text\n completion = note }')],
    ['the name of a loop variable', task('for each x in split(text) { text = x }'), task('for each y in split(text) { text = y }')],
    ['short texts and long ones', task('text = "a\\nb"'), task('text = """\n  a\n  b\n  """')],
    ['the order of options', label('label by majority(ties: drop, statuses: [draft, submitted])'), label('label by majority(statuses: [submitted, draft], ties: drop)')],
    ['a default that is written', label('label'), label('label by majority(ties: first, statuses: [submitted])')],
    ['a name said outright', task('text = text'), task('text = field.text')],
    ["a training's order", training('seed = 1; train_size = 0.5; options { c = 2; lowercase = false }'), training('options { lowercase = false; c = 2 }; train_size = 0.5; seed = 1')],
  ])('with %s', (_, a, b) => {
    expect(a).toBeDefined();
    expect(a).toBe(b);
  });

  it('of the whole with a param that nothing uses, and the order of declarations', () => {
    const [a, b] = ['task t: sft on messages { text = text }', 'task u: sft on messages { text = topic }'];
    expect(prints(`${a}\n${b}`).whole).toBe(prints(`param unused = 3\n${b}\n${a}`).whole);
  });
});

describe('a fingerprint changes', () => {
  it.each([
    ['another value', task('text = text'), task('text = topic')],
    ['a number or its text as a value', task('text = json(["1"])'), task('text = json([1])')],
    ['text in another place', task('text = "a{text}b"'), task('text = "ab{text}"')],
    ['another column', task('text = text'), task('prompt = text\ncompletion = text')],
    ['a condition', task('text = text'), task('text = text\nwhere text != ""')],
    ['the order of conditions, whose first is the reason of a drop', task('text = text\nwhere text != ""\nwhere topic != ""'), task('text = text\nwhere topic != ""\nwhere text != ""')],
    ['another strategy', label('quality by mean'), label('quality by min')],
    ['another tie rule', label('label'), label('label by majority(ties: drop)')],
    ['a number or its text', task('text = json(1)'), task('text = json("1")')],
    ['other statuses', task('for each response { text = note }'), task('for each response including draft { text = note }')],
    ['the first response alone', task('for each response { text = note }'), task('for first response { text = note }')],
    ['swapped loop variables', task('for each pair (a, b) in preference by mean { text = a }'), task('for each pair (a, b) in preference by mean { text = b }')],
    ['another param', task('text = text[:limit]', 'sft', 'param limit = 5'), task('text = text[:limit]', 'sft', 'param limit = 6')],
    ['a setting', task('text = text'), task('text = text\nseed = 3')],
    ['a seed', training('seed = 1'), training('seed = 2')],
    ['an option', training('options { c = 2 }'), training('options { c = 3 }')],
    ['a launch', training(''), training('launch ray { gpus = 1 }')],
  ])('with %s', (_, a, b) => {
    expect(a).toBeDefined();
    expect(b).toBeDefined();
    expect(a).not.toBe(b);
  });

  it('of a training with its task', () => {
    const of = (text: string) => prints(`task t: text_classification on messages { text = ${text}; label = label }\ntraining m { task = t; framework = linear }`).training;
    expect(of('text')).not.toBe(of('topic'));
  });

  it('of the whole with a template that nothing calls yet', () => {
    expect(prints('template a(x) = "{x}"').whole).not.toBe(prints('template a(x) = "{x}."').whole);
  });

  it('of a let that is used a thousand times, quickly', () => {
    const doubled = Array.from({ length: 40 }, (_, i) => `let a${i + 1} = "{a${i}}{a${i}}"`).join('\n');
    expect(task(`let a0 = text\n${doubled}\ntext = a40`)).not.toBe(task(`let a0 = topic\n${doubled}\ntext = a40`));
  });
});
