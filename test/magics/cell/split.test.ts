import { describe, expect, it } from 'vitest';
import { split, type MagicShape, type Magics } from '../../../magics/cell/split.js';

const known = ['task', 'prepare', 'train', 'who', 'predict'];
const words: MagicShape = { line: 'words', cellLine: 'words', body: 'text', optionsLength: () => 0 };
const shapes: Readonly<Record<string, MagicShape>> = {
  ...Object.fromEntries(known.map((name) => [name, words])),
  sh: { ...words, line: 'shell' },
  inspect: words,
  time: { ...words, line: 'code', body: 'code' },
  timeit: { ...words, line: 'code', cellLine: 'code', body: 'code', optionsLength: (line) => /^ -n \d+/.exec(line)?.[0].length ?? 0 },
};
const isMagic: Magics = { shapeOf: (name) => shapes[name], isDeclared: (name) => name === 'done' };

/** Each segment as `kind:text`, magics with the texts and holes of their line. */
const shape = (cell: string): string[] =>
  split(cell, isMagic).map((s) => {
    const text = cell.slice(s.start, s.end);
    if (s.kind !== 'magic') return `${s.kind}:${text}`;
    const code = s.code ? `: ${cell.slice(s.code.start, s.code.start + s.code.text.length)}` : '';
    return `${s.assigned ? '=' : ''}%${s.name}(${s.parts.map((p) => (p.kind === 'hole' ? `{${p.text}}` : p.text)).join('|')})${code}`;
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
    ['a line for the shell', 'const a = 1\n!ls -la *.ts | wc -l', ['typescript:const a = 1\n', '%sh(ls -la *.ts | wc -l)']],
    ['what the shell prints', 'const files: string[] = !ls', ['typescript:const files: string[] = ', '=%sh(ls)']],
    ['a negation', '!done && go()', ['typescript:!done && go()']],
    ['a negation of what this cell declares', 'const a = 1\n!a', ['typescript:const a = 1\n!a']],
    ['a negation behind =', 'const open = !done', ['typescript:const open = !done']],
    ['a negation that goes on', '!done &&\n  go', ['typescript:!done &&\n  go']],
    ['a negation behind an operator', 'a &&\n!ls', ['typescript:a &&\n!ls']],
    ['two lines for the shell', '!git add .\n!git', ['%sh(git add .)', 'typescript:\n', '%sh(git)']],
    ['a line of the shell that goes on', '!ls \\\n  -l\n1', ['%sh(ls \\\n  -l)', 'typescript:\n1']],
    ['holes in a line for the shell', '!cat {name} "{a.b}.txt"', ['%sh(cat |{name}| "|{a.b}|.txt")']],
    ["the shell's own braces", "!awk '{print}' ${HOME} {a,b} {1..3} {} \"{print $1}\" \\\"{x}", ["%sh(awk '{print}' ${HOME} {a,b} {1..3} {} \"{print $1}\" \\\"|{x}|)"]],
    ['help for a name', 'rows.map?', ['%inspect( rows.map)']],
    ['help for a name, asked in front', 'a;\n?rows', ['typescript:a;\n', '%inspect( rows)']],
    ['a conditional expression', 'a\n  ? b\n  : c', ['typescript:a\n  ? b\n  : c']],
    ['a conditional expression that breaks behind ?', 'a?\nb : c', ['typescript:a?\nb : c']],
    ['code', '%time await load({ a: 1 }) // slow', ['%time(): await load({ a: 1 })']],
    ['code over several lines', '%time load({\n  a: 1,\n})\n  .then(f);\nb', ['%time(): load({\n  a: 1,\n})\n  .then(f)', 'typescript:\nb']],
    ['options before code', '%timeit -n 10 -x', ['%timeit( -n 10): -x']],
    ['help for what takes code', '%time -h', ['%time( -h)']],
    ['code below', '%%time\nconst a = 1\n%who', ['%time()', 'typescript:\nconst a = 1\n', '%who()']],
    ['code on the line of a cell magic and below', '%%timeit const a = 1 // one\na', ['%timeit(): const a = 1', 'typescript:\na']],
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
