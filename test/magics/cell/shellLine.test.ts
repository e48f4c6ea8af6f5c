import { describe, expect, it } from 'vitest';
import { isShellLine } from '../../../magics/cell/shellLine.js';
import { shellScript } from '../../../magics/cell/shellScript.js';

describe('a line behind !', () => {
  const known = new Set(['done', 'rows', 'git']);
  const isShell = (line: string): boolean => isShellLine(line, (name) => known.has(name));

  it.each([
    'ls', 'ls -la', 'ls *', 'ls /', 'git status', 'npm i left-pad', './run.sh', '/usr/bin/env', '~/bin/run', 'pwd', 'make -j4', 'echo "a b"', "echo 'it''s'",
    'cat a | grep b > c', 'cd a && make', 'FOO=1 env', '{command} --all', 'test -f a.txt', '"my program" a', '"./my program"', 'for i in 1 2; do echo $i; done', 'if true; then ls; fi',
    '[ -f a ] && echo yes', 'curl https://example.org/a?b=c', 'python3 -c "print(1)"', "awk '{print $1}' f", '(cd a; ls)', 'echo $((1+2))', 'a.sh', 'export A=1', 'echo `date`', "echo it's",
  ])('%s is for the shell', (line) => expect(isShell(line)).toBe(true));

  it.each([
    'done', 'done && go()', 'done || rows', '!x', '(rows)(b)', 'rows.length', 'rows[0].ok', 'rows!.length', 'go()', 'a.b(c)', '(await go())', 'await go()', '(rows as any).x', 'rows instanceof Array',
    'new Date().getTime()', 'typeof rows', 'done ? 1 : 2', 'done;', 'rows.some((row) => { return row })', 'done && `a ${rows}`', 'this.x', 'rows === 2', 'done &&', 'go(',
  ])('%s is TypeScript', (line) => expect(isShell(line)).toBe(false));
});

describe('values in a line for the shell', () => {
  it.each<[string, readonly unknown[], { script: string; args: readonly string[] }]>([
    ['are one word each', ['ls ', 'a b', ' -l'], { script: 'ls "${1}" -l', args: ['a b'] }],
    ['are part of a word', ['cat ', 'it\'s', '.txt'], { script: 'cat "${1}".txt', args: ["it's"] }],
    ['stay in quotes', ['echo "a ', '$(rm x) "', ' b"'], { script: 'echo "a ${1} b"', args: ['$(rm x) "'] }],
    ['of a list are words', ['ls ', ['a', 'b c'], ''], { script: 'ls "${1}" "${2}"', args: ['a', 'b c'] }],
    ['of a list in quotes are one', ['ls "', ['a', 'b c'], '"'], { script: 'ls "${1}"', args: ['a b c'] }],
    ['that are objects are JSON', ['echo ', { a: 1 }, ''], { script: 'echo "${1}"', args: ['{"a":1}'] }],
    ['that are numbers or nothing', ['echo ', 1, ' ', null, ''], { script: 'echo "${1}" "${2}"', args: ['1', 'null'] }],
  ])('%s', (_name, line, script) => expect(shellScript(line)).toEqual(script));
});
