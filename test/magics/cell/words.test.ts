import { expect, it } from 'vitest';
import { words } from '../../../magics/cell/words.js';

const texts = (line: Parameters<typeof words>[0]): string[] => words(line).map((w) => w.text);

it.each([
  ['a  b\tc', ['a', 'b', 'c']],
  ['"a b" \'c "d"\'', ['a b', 'c "d"']],
  ['--name="a b"c', ['--name=a bc']],
  ['a\\ b "c\\"d"', ['a b', 'c"d']],
  ['"a\\n\\tb" \'a\\n\' a\\n', ['a\n\tb', 'a\\n', 'an']],
  ['""', ['']],
  ['', []],
])('splits %j', (text, expected) => expect(texts([{ text }])).toEqual(expected));

it('never splits the value of a hole', () => {
  expect(texts([{ text: 'm ' }, { value: 'two words "quoted"' }, { text: '' }])).toEqual(['m', 'two words "quoted"']);
  expect(texts([{ text: '--seed=' }, { value: 7 }, { text: ' x' }])).toEqual(['--seed=7', 'x']);
});

it('knows where each word stands', () => {
  expect(words([{ text: ' ab "c d"' }])).toEqual([
    { text: 'ab', start: 1, end: 3 },
    { text: 'c d', start: 4, end: 9 },
  ]);
});
