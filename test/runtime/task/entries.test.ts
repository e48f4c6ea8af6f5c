import { describe, expect, it } from 'vitest';
import type { RankedItem } from '../../../runtime/dataset/record.js';
import { by, memory } from '../memory.js';
import { answer, binary, call, column, define, each, field, list, literal, loop, make, text, unified, variable, where } from './run.js';

const label = { name: 'label', type: 'label', options: ['joy', 'fear'] };
const revised = { name: 'revised', type: 'text' };

describe('one row a record', () => {
  const classify = { kind: 'text_classification', entries: [column('text', field('text')), column('label', unified('label'))] };
  it('unifies, and says what was missing', async () => {
    const dataset = memory(
      ['text'],
      [label],
      [
        { fields: { text: 'one' }, responses: by('label', { ann: 'joy', bob: 'joy', cid: 'fear' }) },
        { fields: { text: 'two' } },
        { fields: { text: null }, responses: by('label', { ann: 'joy' }) },
        { fields: { text: 'four' }, responses: [{ annotator: 'ann', status: 'draft', values: { label: 'fear' } }] },
      ],
    );
    expect(await make(classify, dataset)).toEqual({
      rows: [{ text: 'one', label: 'joy' }],
      drops: ['label: no submitted answer to "label"', 'text: field "text" is missing', 'label: no submitted answer to "label"'],
    });
  });
  it('tells a tie from a missing answer, and falls back', async () => {
    const dataset = memory(
      ['text'],
      [label],
      [
        {
          fields: { text: 'one' },
          responses: by('label', { ann: 'joy', bob: 'fear' }),
          suggestions: { label: { value: 'joy', score: null, type: 'model', agent: 'm' } },
        },
      ],
    );
    const drop = unified('label', 'majority', { ties: 'drop' });
    expect((await make({ ...classify, entries: [column('text', field('text')), column('label', drop)] }, dataset)).drops).toEqual([
      'label: tie in "label"',
    ]);
    const fallback = binary(drop, 'coalesce', { op: 'suggestion', question: 'label', part: 'value' });
    expect((await make({ ...classify, entries: [column('text', field('text')), column('label', fallback)] }, dataset)).rows).toEqual([
      { text: 'one', label: 'joy' },
    ]);
  });
  it('keeps ratings as text and lists of labels as lists', async () => {
    const dataset = memory(
      ['text'],
      [
        { name: 'stars', type: 'rating' },
        { name: 'tags', type: 'multi_label' },
      ],
      [{ fields: { text: 'a' }, responses: [{ annotator: 'a', status: 'submitted', values: { stars: 4, tags: [] } }] }],
    );
    const row = (question: string) =>
      make({ kind: 'text_classification', entries: [column('text', field('text')), column('label', unified(question))] }, dataset);
    expect((await row('stars')).rows).toEqual([{ text: 'a', label: '4' }]);
    expect((await row('tags')).rows).toEqual([{ text: 'a', label: [] }]);
  });
  it('counts null columns before it asks where', async () => {
    const dataset = memory(['text'], [], [{ fields: { text: 'a' } }, { fields: { text: 'bb' } }, { fields: {} }]);
    const entries = [column('text', field('text')), where(binary(call('length', variable('text')), '>', literal(1)), 'length(text) > 1')];
    expect(await make({ kind: 'pretraining', entries }, dataset)).toEqual({
      rows: [{ text: 'bb' }],
      drops: ['where length(text) > 1', 'text: field "text" is missing'],
    });
  });
});

describe('loops over responses', () => {
  const responses = [
    ...by('revised', { ann: 'better', bob: 'original' }),
    { annotator: 'cid', status: 'draft' as const, values: { revised: 'draft' } },
    { annotator: 'dan', status: 'submitted' as const, values: { label: 'joy' } },
    ...by('revised', { eve: 'other' }),
  ];
  const dataset = memory(
    ['original'],
    [revised, label],
    [{ fields: { original: 'original' }, responses }, { fields: { original: 'alone' } }],
  );
  const dpo = (loops: typeof each) => ({
    kind: 'dpo',
    entries: [
      define('rejected_text', field('original')),
      loop(
        loops,
        column('prompt', literal('p')),
        column('chosen', answer('revised')),
        column('rejected', variable('rejected_text')),
        where(binary(variable('chosen'), '!=', variable('rejected')), 'chosen != rejected'),
      ),
    ],
  });
  it('make a row for each annotator that answers, and count the rest', async () => {
    expect(await make(dpo(each), dataset)).toEqual({
      rows: [
        { prompt: 'p', chosen: 'better', rejected: 'original' },
        { prompt: 'p', chosen: 'other', rejected: 'original' },
      ],
      drops: ['where chosen != rejected', 'no submitted response'],
    });
  });
  it('may take the first alone, or other statuses', async () => {
    expect((await make(dpo({ over: 'responses', statuses: ['submitted'], first: true }), dataset)).rows).toHaveLength(1);
    const { rows } = await make(dpo({ over: 'responses', statuses: ['submitted', 'draft'], first: false }), dataset);
    expect(rows.map(({ chosen }) => chosen)).toEqual(['better', 'draft', 'other']);
  });
  it('know who answered', async () => {
    const entries = [
      loop(each, column('text', text({ op: 'annotator' }, literal(' '), { op: 'status' }, literal(' '), answer('revised')))),
    ];
    expect((await make({ kind: 'pretraining', entries }, dataset)).rows[0]).toEqual({ text: 'ann submitted better' });
  });
  it('follow each other', async () => {
    const entries = [loop(each, column('text', answer('revised'))), loop(each, column('text', answer('label')))];
    const { rows } = await make({ kind: 'pretraining', entries }, dataset);
    expect(rows.map(({ text }) => text)).toEqual(['better', 'original', 'other', 'joy']);
  });
});

describe('other loops', () => {
  const ranking = (text: string): RankedItem[] => text.split(' ').map((item) => ({ value: item[0]!, rank: Number(item.slice(1)) }));
  it('go through every strictly ordered pair, by means before rounding', async () => {
    // Mean ranks 1.5, 2 and 2.5: all equal when rounded half to even.
    const dataset = memory(
      ['a', 'b', 'c'],
      [{ name: 'order', type: 'ranking' }],
      [
        { fields: { a: 'A', b: 'B', c: 'C' }, responses: by('order', { ann: ranking('a1 b2 c3'), bob: ranking('a2 b2 c2') }) },
        { fields: { a: 'A', b: 'B', c: 'C' }, responses: by('order', { ann: ranking('a1 b1 c1') }) },
      ],
    );
    for (const viaLet of [false, true]) {
      const pairs = loop(
        { over: 'pairs', better: 'x', worse: 'y', ranking: viaLet ? variable('r') : unified('order', 'mean') },
        column('chosen', { op: 'field_by_name', name: variable('x') }),
        column('rejected', { op: 'field_by_name', name: variable('y') }),
      );
      const made = await make(
        { kind: 'reward_modeling', entries: viaLet ? [define('r', unified('order', 'mean')), pairs] : [pairs] },
        dataset,
      );
      expect(made.rows.map(({ chosen, rejected }) => `${chosen}>${rejected}`)).toEqual(['A>B', 'A>C', 'B>C']);
      expect(made.drops).toEqual(['no option is ranked above another']);
    }
  });
  it('go through lists', async () => {
    const dataset = memory(['text'], [], [{ fields: { text: 'a\nb' } }, { fields: {} }]);
    const entries = [loop({ over: 'items', name: 'line', list: call('lines', field('text')) }, column('text', variable('line')))];
    expect(await make({ kind: 'pretraining', entries }, dataset)).toEqual({
      rows: [{ text: 'a' }, { text: 'b' }],
      drops: ['field "text" is missing'],
    });
  });
});

it('makes a row for each answer by disagreement, aligned by annotator', async () => {
  const dataset = memory(
    ['text'],
    [label, revised],
    [
      {
        fields: { text: 't' },
        responses: [
          { annotator: 'a', status: 'submitted', values: { label: 'joy', revised: 'x' } },
          { annotator: 'b', status: 'submitted', values: { revised: 'y' } },
          { annotator: 'c', status: 'submitted', values: { label: 'fear', revised: 'z' } },
        ],
      },
      { fields: { text: 'u' } },
    ],
  );
  const entries = [
    column('text', text(field('text'), unified('revised', 'disagreement'))),
    column('label', unified('label', 'disagreement')),
  ];
  expect(await make({ kind: 'text_classification', entries }, dataset)).toEqual({
    rows: [
      { text: 'tx', label: 'joy' },
      { text: 'tz', label: 'fear' },
    ],
    drops: ['label: no submitted answer to "label"', 'no submitted answer to "revised"'],
  });
});

describe('values', () => {
  const dataset = memory(
    ['a', 'b'],
    [label],
    [
      {
        id: 'r7',
        fields: { a: 'x', b: null },
        metadata: { n: 3, deep: { k: ['v'] } },
        responses: by('label', { ann: 'joy', bob: 'fear' }),
      },
    ],
  );
  const value = async (expression: Parameters<typeof column>[1]) => {
    const { rows, drops } = await make({ kind: 'pretraining', entries: [column('text', expression)] }, dataset);
    return rows[0]?.['text'] ?? drops[0];
  };
  const n = { op: 'metadata', name: 'n' } as const;
  it.each([
    [
      'a template',
      text(field('a'), literal(' '), literal(2.5), literal(' '), { op: 'answers', question: 'label', statuses: ['submitted'] as const }),
      'x 2.5 joy, fear',
    ],
    ['a null hole', text(field('a'), field('b')), 'text: field "b" is missing'],
    ['coalesce', binary(field('b'), 'coalesce', field('a')), 'x'],
    ['id', { op: 'id' } as const, 'r7'],
    [
      'metadata',
      text({ op: 'index', value: { op: 'index', value: { op: 'metadata', name: 'deep' }, index: literal('k') }, index: literal(-1) }),
      'v',
    ],
    ['metadata that is not there', { op: 'metadata', name: 'toString' } as const, 'text: metadata "toString" is missing'],
    ['arithmetic', text(binary(binary(n, '*', literal(2)), '-', { op: 'negate', value: literal(1) })), '7'],
    ['division by zero', text(binary(n, '/', literal(0))), 'text: division by zero'],
    ['or with null', text(binary(literal(null), 'or', literal(true))), 'true'],
    ['and with null', text(binary(literal(null), 'and', literal(false))), 'false'],
    [
      'a condition that is null',
      { op: 'conditional', test: binary(field('b'), '==', literal('x')), then: literal('yes'), else: literal('no') } as const,
      'no',
    ],
    ['in', text(binary(literal('joy'), 'in', { op: 'answers', question: 'label', statuses: ['submitted'] })), 'true'],
    ['a slice', { op: 'slice', value: literal('a😀bc'), from: null, to: literal(2) } as const, 'a😀'],
    ['an index', { op: 'index', value: literal('a😀bc'), index: literal(1) } as const, '😀'],
    ['parameters', { op: 'bind', names: { p: field('a') }, body: text(variable('p'), variable('p')) } as const, 'xx'],
    [
      'a parameter that is null',
      { op: 'bind', names: { p: field('b') }, body: text(variable('p')) } as const,
      'text: field "b" is missing',
    ],
  ])('%s', async (_, expression, expected) => {
    expect(await value(expression)).toBe(expected);
  });
  it('do not mix silently', async () => {
    await expect(value(text(binary(n, '+', literal('1'))))).rejects.toMatchObject({
      code: 'type/operand',
      message: '"+" cannot take a number and a text. (record "r7")',
    });
    await expect(value(text(binary(n, '<', literal('1'))))).rejects.toMatchObject({ code: 'type/operand' });
    await expect(value(text({ op: 'not', value: n }))).rejects.toMatchObject({ code: 'type/operand' });
  });
});

it('makes chats, and drops those with a null turn', async () => {
  const dataset = memory(['q', 'a'], [], [{ fields: { q: 'Why?', a: 'So.' } }, { fields: { q: 'Why?', a: null } }]);
  const entries = [column('messages', list(call('user', field('q')), call('assistant', field('a'))))];
  expect(await make({ kind: 'sft', entries }, dataset)).toEqual({
    rows: [
      {
        messages: [
          { role: 'user', content: 'Why?' },
          { role: 'assistant', content: 'So.' },
        ],
      },
    ],
    drops: ['messages: field "a" is missing'],
  });
});

describe('mistakes are named before anything runs', () => {
  const dataset = memory(['text'], [label], [{ fields: { text: 'a' } }]);
  it.each([
    ['an unknown field', [column('text', field('txt'))], 'pretraining', 'name/unknown-field'],
    [
      'an unknown question',
      [column('text', field('text')), column('label', unified('lable'))],
      'text_classification',
      'name/unknown-question',
    ],
    [
      'a strategy that does not fit',
      [column('text', field('text')), column('label', unified('label', 'mean'))],
      'text_classification',
      'type/strategy',
    ],
    ['a missing column', [column('text', field('text'))], 'text_classification', 'type/columns'],
    ['an unknown column', [column('txt', field('text'))], 'pretraining', 'type/columns'],
    [
      'two layouts',
      [column('text', field('text')), column('prompt', field('text')), column('completion', field('text'))],
      'sft',
      'type/columns',
    ],
    [
      'a column of one loop alone',
      [loop(each, column('text', literal('a'))), loop(each, define('x', literal('a')))],
      'pretraining',
      'type/columns',
    ],
    ['an unknown kind', [column('text', field('text'))], 'pretrainig', 'name/unknown-kind'],
  ])('%s', async (_, entries, kind, code) => {
    await expect(make({ kind, entries }, dataset)).rejects.toMatchObject({ code });
  });
  it('and a column that is a text here and a chat there', async () => {
    const two = memory(['text'], [], [{ fields: { text: 'a' } }, { fields: { text: 'b' } }]);
    const test = binary(field('text'), '==', literal('a'));
    const prompt = { op: 'conditional', test, then: field('text'), else: list(call('user', field('text'))) } as const;
    await expect(
      make({ kind: 'sft', entries: [column('prompt', prompt), column('completion', field('text'))] }, two),
    ).rejects.toMatchObject({ code: 'data/mixed-column' });
  });
});
