import { describe, expect, it } from 'vitest';
import { frameworkNamed, frameworks } from '../../../runtime/frameworks/index.js';
import { linear } from '../../../runtime/frameworks/linear.js';
import { resolveBlocks, resolveOptions } from '../../../runtime/frameworks/options.js';
import { LinearOptions } from '../../../runtime/linear/options.js';

it('fills every default in, in the order of the table', () => {
  const resolved = resolveOptions(linear, 'text_classification', { C: 10 });
  expect(Object.keys(resolved)).toEqual(linear.kinds['text_classification']!.options.map((option) => option.name));
  expect(resolved).toMatchObject({ C: 10, max_iter: 100, max_features: null });
  expect(LinearOptions.parse(resolved)).toEqual(resolved);
});

it('takes old names for new ones, once', () => {
  expect(resolveOptions(linear, 'text_classification', { tol: 0.01 })).toMatchObject({ tolerance: 0.01 });
  expect(() => resolveOptions(linear, 'text_classification', { tol: 0.01, tolerance: 0.1 })).toThrow('given twice');
});

it.each([
  [{ max_iters: 5 }, 'name/unknown-option', 'Did you mean "max_iter"?'],
  [{ constructor: 5 }, 'name/unknown-option', 'There are: word_ngrams'],
  [{ C: 'much' }, 'training/wrong-value', 'Inverse'],
  [{ C: 0 }, 'training/wrong-value', 'Inverse'],
  [{ C: null }, 'training/wrong-value', 'Inverse'],
  [{ C: Number.NaN }, 'training/wrong-value', 'Inverse'],
  [{ max_iter: 1.5 }, 'training/wrong-value', 'iterations'],
  [{ word_ngrams: [2, 1] }, 'training/wrong-value', '[1, 2]'],
  [{ char_ngrams: [3] }, 'training/wrong-value', '[3, 5]'],
  [{ class_weight: 'even' }, 'training/wrong-value', 'balanced'],
])('refuses %j', (options, code, hint) => {
  expect(() => resolveOptions(linear, 'text_classification', options)).toThrow(expect.objectContaining({ code, hint: expect.stringContaining(hint) }));
});

it('refuses blocks and frameworks that are not there', () => {
  expect(() => resolveBlocks(linear, 'text_classification', { lora: { r: 8 } })).toThrow(expect.objectContaining({ code: 'name/unknown-block' }));
  expect(() => frameworkNamed('liner')).toThrow(expect.objectContaining({ code: 'name/unknown-framework', hint: 'Did you mean "linear"?' }));
});

it('takes blocks by their old names, once, and says where a name stands', () => {
  const trl = frameworkNamed('trl');
  const ppo = 'proximal_policy_optimization';
  expect(resolveBlocks(trl, ppo, { generation_kwargs: { top_k: 0 } })).toEqual({ generation: { min_length: -1, top_k: 0, top_p: 1, do_sample: true } });
  expect(() => resolveBlocks(trl, ppo, { generation_kwargs: { top_k: 0 }, generation: { top_p: 1 } })).toThrow(expect.objectContaining({ code: 'training/option-given-twice', hint: '"generation_kwargs" is its old name.' }));
  expect(() => resolveOptions(trl, ppo, { generation_kwargs: { top_k: 0 } })).toThrow(expect.objectContaining({ code: 'name/unknown-option', hint: 'It is a block of its own: generation.' }));
  expect(() => resolveOptions(trl, ppo, { lora_alpha: 16 })).toThrow(expect.objectContaining({ hint: 'It stands in the block "lora".' }));
  expect(() => resolveBlocks(trl, ppo, { kl_coef: { x: 1 } })).toThrow(expect.objectContaining({ code: 'name/unknown-block', hint: 'It is an option: options.kl_coef.' }));
  expect(() => resolveBlocks(trl, ppo, { lora: { r: 0 } })).toThrow(expect.objectContaining({ code: 'training/wrong-value' }));
});

describe.each(frameworks.flatMap((framework) => Object.entries(framework.kinds).map(([kind, takes]) => [framework.name, kind, framework, takes] as const)))('the table of %s for %s', (_, kind, framework, takes) => {
  it('documents each option once, with a default that is allowed', () => {
    expect(new Set(takes.options.map((option) => option.name)).size).toBe(takes.options.length);
    for (const option of takes.options) expect(option.doc).toMatch(/^["`\p{L}].*[.…?!)]$/u);
    const defaults = Object.fromEntries(takes.options.map((option) => [option.name, option.default]));
    expect(resolveOptions(framework, kind, defaults)).toEqual(JSON.parse(JSON.stringify(defaults)));
    for (const current of Object.values(takes.renamed)) expect([...Object.keys(defaults), ...Object.keys(takes.blocks)]).toContain(current);
    for (const old of Object.keys({ ...takes.renamed, ...takes.removed })) expect(Object.keys(defaults)).not.toContain(old);
  });
});
