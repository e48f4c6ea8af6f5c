import { describe, expect, it } from 'vitest';
import { split } from '../../../magics/cell/split.js';

const known = ['task', 'prepare', 'train', 'who', 'predict'];
const isMagic = (name: string): boolean => known.includes(name);

/** Each segment as `kind:text`, magics with the texts and holes of their line. */
const shape = (cell: string): string[] =>
  split(cell, isMagic).map((s) => {
    const text = cell.slice(s.start, s.end);
    return s.kind === 'magic' ? `${s.assigned ? '=' : ''}%${s.name}(${s.parts.map((p) => (p.kind === 'hole' ? `{${p.text}}` : p.text)).join('|')})` : `${s.kind}:${text}`;
  });

describe('split', () => {
  it.each<[string, string, string[]]>([
    ['a magic alone', '%train topic_model', ['%train( topic_model)']],
    ['TypeScript around it', 'const a = 1;\n  %who\na', ['typescript:const a = 1;\n  ', '%who()', 'typescript:\na']],
    ['the line below a value', 'total\n%who', ['typescript:total\n', '%who()']],
    ['modulo with a blank', 'a\n% b', ['typescript:a\n% b']],
    ['modulo of a name that is no magic', 'a\n%b', ['typescript:a\n%b']],
    ['a magic of any name behind an operator', 'const x = a +\n%who', ['typescript:const x = a +\n%who']],
    ['a value from a magic', 'const p = %prepare t --seed 1\np', ['typescript:const p = ', '=%prepare( t --seed 1)', 'typescript:\np']],
    ['a value for a known variable', 'p = %prepare t', ['typescript:p = ', '=%prepare( t)']],
    ['brackets around it', 'f(\n%who\n)', ['typescript:f(\n%who\n)']],
    ['a template around it', 'const s = `\n%who\n${a\n%who\n}`', ['typescript:const s = `\n%who\n${a\n%who\n}`']],
    ['a comment around it', '/*\n%who\n*/ // %who', ['typescript:/*\n%who\n*/ // %who']],
    ['a string before it', '"it\'s";\n%who', ['typescript:"it\'s";\n', '%who()']],
    ['a quote in a magic line', "%predict m it's\nconst a = 'b';\n%who", ["%predict( m it's)", "typescript:\nconst a = 'b';\n", '%who()']],
    ['holes', '%predict m {texts[0]} {`a${"}"}`}', ['%predict( m |{texts[0]}| |{`a${"}"}`}|)']],
    ['literal braces', '%predict m {{a}}', ['%predict( m {a})']],
    ['an open brace', '%predict m {a', ['%predict( m {a)']],
    ['an unknown magic', '%trian x', ['unknown:%trian x']],
    ['an unknown magic behind =', 'const a = %nosuch', ['typescript:const a = ', 'unknown:%nosuch']],
    ['a cell magic below the first line', 'a;\n%%task', ['typescript:a;\n', 'not-first:%%task']],
    ['CRLF', 'a\r\n%who\r\nb', ['typescript:a\r\n', '%who()', 'typescript:\r\nb']],
    ['characters beyond the BMP', '"😀";\n%predict 😀', ['typescript:"😀";\n', '%predict( 😀)']],
  ])('%s', (_name, cell, expected) => expect(shape(cell)).toEqual(expected));

  it('gives a cell magic the lines below, with their place', () => {
    const cell = '%%task -p a=1\r\ntask t: sft on d {\n  text = "%who"\n}';
    expect(split(cell, isMagic)).toMatchObject([{ name: 'task', body: { text: 'task t: sft on d {\n  text = "%who"\n}', start: 15 } }]);
    expect(split('%%task', isMagic)).toMatchObject([{ name: 'task', body: { text: '' } }]);
  });

  it('covers the cell without gaps', () => {
    const cell = 'a;\n%who\nconst b = %prepare x\n`${1}`;';
    const segments = split(cell, isMagic);
    expect(segments.map((s) => cell.slice(s.start, s.end)).join('')).toBe(cell);
  });
});
