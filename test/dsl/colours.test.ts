import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { words } from '../../dsl/index.js';
import { Escape, DoubledBrace, lexer, LongHoleOpen, ShortHoleOpen, TextClose, TextOpen, TextPart } from '../../dsl/tokens.js';

interface Coloured {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}
/** Served to browsers as it stands, so it is JavaScript. */
const { taskTokens } = (await import(new URL('../../kernel/labextension/taskTokens.js', import.meta.url).href)) as { taskTokens(text: string): Iterable<Coloured> };

const folder = new URL('..', import.meta.url).pathname;
const programs = ['language/programs', 'fixtures/dsl']
  .flatMap((name) => readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).map((file) => join(name, file)))
  .filter((file) => file.endsWith('.task'))
  .map((file): [string, string] => [file, readFileSync(join(folder, file), 'utf8')]);

/** Each character's kind, of those that the lexer knows of by itself. */
function kindsByLexer(text: string): string[] {
  const kinds = Array<string>(text.length).fill('');
  const { tokens, groups } = lexer.tokenize(text);
  const paint = (from: number, length: number, kind: string): void => void kinds.fill(kind, from, from + length);
  for (const { startOffset, image } of groups['comments'] ?? []) paint(startOffset, image.length, 'comment');
  for (const { startOffset, image, tokenType } of tokens) {
    const is = (...types: unknown[]): boolean => types.includes(tokenType) || types.some((type) => (tokenType.CATEGORIES as unknown[])?.includes(type));
    if (is(Escape, DoubledBrace)) paint(startOffset, image.length, 'escape');
    else if (is(TextOpen, TextClose, TextPart)) paint(startOffset, image.length, 'string');
    else if (is(ShortHoleOpen, LongHoleOpen)) paint(startOffset, image.length, 'escape');
    else if (tokenType.name === 'HoleClose') paint(startOffset, image.length, 'escape');
    else if (tokenType.name === 'NumberLiteral') paint(startOffset, image.length, 'number');
  }
  return kinds;
}

function kindsByColours(text: string): string[] {
  const kinds = Array<string>(text.length).fill('');
  for (const { from, to, kind } of taskTokens(text)) if (['comment', 'escape', 'string', 'number'].includes(kind)) kinds.fill(kind, from, to);
  return kinds;
}

/** Each piece with its kind: `task:keyword`. */
const coloured = (text: string): string[] => [...taskTokens(text)].map(({ from, to, kind }) => `${text.slice(from, to)}:${kind}`);

describe('colours of the language', () => {
  it('tell texts, comments and numbers apart as the lexer does, in every program of the tests', () => {
    expect(programs.length).toBeGreaterThan(30);
    for (const [file, text] of programs) expect(kindsByColours(text), file).toEqual(kindsByLexer(text));
  });

  it.each(words.filter(({ group, word }) => ['declaration', 'loop'].includes(group) || /^(?:let|where|field|question|by|or|and|not|in)$/.test(word)).map(({ word, syntax }) => [word, syntax]))(
    'know the words of "%s" where they mean something',
    (word, syntax) => {
      const keywords = [...taskTokens(syntax)].filter(({ kind }) => kind === 'keyword').map(({ from, to }) => syntax.slice(from, to));
      for (const part of word.split(' ').filter((name) => name !== 'item')) expect(keywords).toContain(part);
    },
  );

  it('know them from names', () => {
    expect(coloured('training t { task = first; on = from }').filter((piece) => piece.endsWith(':keyword'))).toEqual(['training:keyword']);
    expect(coloured('task task: sft on on { text = field.each | first }')).toEqual([
      'task:keyword', 'task:definition', '::punctuation', 'sft:name', 'on:keyword', 'on:name', '{:punctuation',
      'text:property', '=:operator', 'field:keyword', '.:punctuation', 'each:property', '|:operator', 'first:function', '}:punctuation',
    ]);
    expect(coloured('label = topic by majority(ties: drop)')).toEqual([
      'label:property', '=:operator', 'topic:name', 'by:keyword', 'majority:function', '(:punctuation', 'ties:property', '::punctuation', 'drop:name', '):punctuation',
    ]);
  });

  it('say something of every beginning of a program, piece after piece', () => {
    const [, text] = programs.find(([file]) => file.endsWith('texts/program.task'))!;
    for (let end = 0; end < text.length; end++) {
      const pieces = [...taskTokens(text.slice(0, end))];
      expect(pieces.filter(({ from, to }, i) => from < (pieces[i - 1]?.to ?? 0) || to <= from || to > end)).toEqual([]);
    }
  });
});
