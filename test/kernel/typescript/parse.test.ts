import { describe, expect, it } from 'vitest';
import { mistakesOfForm, parse } from '../../../kernel/typescript/parse.js';

describe('mistakes of form are those that the public program finds', () => {
  it.each(['1 + 1', 'const a = ;', 'if (', 'class { x: }', 'let a = `b', '/* open', '/[/', 'await = 1; yield', 'a b c\nd e', '@x const y = 1', 'enum { A }', '}', 'for (;;', '"a', 'x?.y = 1', 'abstract class A { abstract b() {} }'])(
    '%j',
    (code) => {
      const { file, errors } = parse(code, 'cell-1.ts');
      const places = (found: typeof errors) => found.map(({ start, length, code }) => [start, length, code]);
      expect(places(errors)).toEqual(places(mistakesOfForm(file)));
    },
  );
});
