import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile, format, parse } from '../../dsl/index.js';
import { schema } from '../fixtures/dsl/schema.js';

const folder = join(import.meta.dirname, '../fixtures/dsl');
const programs = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  .map(({ name }) => [name, readFileSync(join(folder, name, 'input.task'), 'utf8')] as const);

/** What a program means: everything but how a condition is written. */
const meaning = (text: string) => JSON.stringify(compile(parse({ name: 'x', text, lineOffset: 0 }).declarations, { schema }).plan, (key, value: unknown) => (key === 'text' && typeof value === 'string' && value.includes(' ') ? undefined : value));

describe('format', () => {
  it('lays a program out', () => {
    expect(format(`param   seed=42 // the answer


task t : sft on   messages{
let short=text[ : 5 ]|trim
      text=short  ?? ( topic==""?"-":- 1)

  // why
completion   = f( a , by : [1,2 ,3] )
    for each pair (a,b)   in preference by mean {

text = """
   as   it is {  text }
"""
    }

}
training r{framework=trl;options{a=-1}}`)).toBe(`param seed = 42  // the answer

task t: sft on messages {
  let short = text[:5] | trim
  text = short ?? (topic == "" ? "-" : -1)

  // why
  completion = f(a, by: [1, 2, 3])
  for each pair (a, b) in preference by mean {
    text = """
   as   it is {  text }
"""
  }
}
training r { framework = trl; options { a = -1 } }
`);
  });

  it('sets the = of neighbours below each other', () => {
    expect(format('training r {\ntask=a\nframework   = b\n\nseed = 1\n}')).toBe('training r {\n  task      = a\n  framework = b\n\n  seed = 1\n}\n');
  });

  it('keeps a blank line below a comment that ends in a bracket, and sets no = below that of another block', () => {
    const commented = 'training r {\n  task = a  // {\n\n  framework = b\n}\n';
    expect(format(commented)).toBe(commented);
    const crossed = 'training r {\n  model = "m" }; task t: sft on d {\n  prompt = text\n}\n';
    expect(format(crossed)).toBe(crossed);
  });

  it('leaves a program that cannot be read alone', () => {
    expect(format('task  t: sft {\n text = \n}')).toBe('task  t: sft {\n text = \n}');
  });

  it.each(programs)('is stable on %s, and keeps its meaning', (_, text) => {
    const once = format(text);
    expect(format(once)).toBe(once);
    expect(meaning(once)).toBe(meaning(text));
  });
});

it('keeps a comment to the end of its line, which a lone carriage return is not', () => {
  const text = 'task t: sft on d { // a\rb {\n  text = text\n}\n';
  expect(format(text)).toBe('task t: sft on d {  // a\rb {\n  text = text\n}\n');
});

it.each(['// a\r', 'param a = 1 // b\r', '// c \r\r\nparam a = 1\n', '/* d */ // e\r'])('leaves no carriage return at the end of a comment: %j', (text) => {
  const once = format(text);
  expect(once).not.toContain('\r');
  expect(format(once)).toBe(once);
});
