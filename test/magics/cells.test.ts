import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { language } from '../../magics/language.js';
import { origin } from '../../kernel/typescript/rewrite.js';

const folder = join(import.meta.dirname, '../fixtures/cells');
const cells = readdirSync(folder).filter((name) => name.endsWith('.cell')).map((name) => name.slice(0, -'.cell'.length));
const read = (name: string) => readFileSync(join(folder, `${name}.cell`), 'utf8');

/** The cell as TypeScript, with what is wrong with it. */
function result(cell: string): string {
  const { code, errors } = language.translate(cell);
  return `${[JSON.stringify(code).slice(1, -1).replaceAll('\\r\\n', '\\r\\n\n').replaceAll(/(?<!\\r)\\n/g, '\\n\n').replaceAll('\\"', '"'), ...errors.map(({ traceback }) => traceback.join('\n'))].join('\n\n')}\n`;
}

it.each(cells)('%s is what it was', (name) => {
  const at = join(folder, `${name}.expected`);
  const found = result(read(name));
  if (process.env['UPDATE'] === '1') writeFileSync(at, found);
  expect(existsSync(at) ? readFileSync(at, 'utf8') : '').toBe(found);
});

it.each(cells)('%s: what stands unchanged in the TypeScript stands where it came from in the cell', (name) => {
  const cell = read(name);
  const { code, stretches = [] } = language.translate(cell);
  for (const { from, at, length } of stretches) {
    expect(code.slice(at, at + length)).toBe(cell.slice(from, from + length));
    if (length > 0) expect(origin([stretches], at)).toBe(from);
  }
});

it.each(['modulo', 'plain', 'continuations', 'template'])('%s keeps every character that is no magic', (name) => {
  const cell = read(name);
  const magics = name === 'template' ? 1 : 0;
  const { code, errors } = language.translate(cell);
  expect(errors).toEqual([]);
  expect(code.split('$magic').length - 1).toBe(magics);
  if (magics === 0) expect(code).toBe(cell);
});
