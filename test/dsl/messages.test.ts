import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const codes = [...new Set([...readFileSync(join(root, 'dsl/messages.ts'), 'utf8').matchAll(/'((?:syntax|name|type|data)\/[a-z-]+)'/g)].map(([, code]) => code!))];

it('says everything that the catalogue can say in some fixture', () => {
  const folder = join(root, 'test/fixtures/dsl');
  const said = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .map(({ name }) => readFileSync(join(folder, name, 'expected.txt'), 'utf8')).join('\n');
  expect(codes.length).toBeGreaterThan(40);
  expect(codes.filter((code) => !said.includes(` error ${code}\n`))).toEqual([]);
});
