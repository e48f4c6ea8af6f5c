import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { codes } from '../../dsl/index.js';

const root = join(import.meta.dirname, '../..');
const catalogue = Object.keys(codes);

it('says everything that the catalogue can say in some fixture', () => {
  const folder = join(root, 'test/fixtures/dsl');
  const said = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .map(({ name }) => readFileSync(join(folder, name, 'expected.txt'), 'utf8')).join('\n');
  expect(catalogue.length).toBeGreaterThan(60);
  expect(catalogue.filter((code) => !said.match(new RegExp(` (error|warning) ${code}\\n`)))).toEqual([]);
});

it('has a message for every code', () => {
  const messages = readFileSync(join(root, 'dsl/messages.ts'), 'utf8');
  const dynamic = /^name\/unknown-(?:dataset|task|training|field|question|metadata)$/;
  expect(catalogue.filter((code) => !messages.includes(`'${code}'`) && !dynamic.test(code))).toEqual([]);
});

it('is in order, and explains each code in a sentence', () => {
  for (const { doc, example } of Object.values(codes)) {
    expect(doc).toMatch(/^[A-Z`].*\.$/);
    expect(example.length).toBeGreaterThan(5);
  }
});
