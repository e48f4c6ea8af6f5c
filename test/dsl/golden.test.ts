import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile, printDiagnostic, readProgram, type Literal } from '../../dsl/index.js';
import { schema } from '../fixtures/dsl/schema.js';

const folder = join(import.meta.dirname, '../fixtures/dsl');
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** `params.json` beside a program: values from outside. */
function result(text: string, name: string): string {
  const given = join(folder, name, 'params.json');
  const overrides = existsSync(given) ? (JSON.parse(readFileSync(given, 'utf8')) as Record<string, Literal>) : {};
  const source = { name: 'input.task', text, lineOffset: 0 };
  const { declarations, diagnostics, incomplete } = readProgram(source, (path) => readFileSync(join(folder, name, path), 'utf8'));
  const compiled = compile(declarations, { schema, params: overrides, incomplete });
  const said = [...diagnostics, ...compiled.diagnostics];
  const { params, datasets, tasks, trainings } = compiled.plan;
  const inPlan = Object.entries({ params, datasets, tasks, trainings }).map(([kind, of]) => `${kind}: ${Object.keys(of).join(', ')}`);
  if (compiled.waiting.length > 0) inPlan.push(`waiting: ${compiled.waiting.map(({ task, dataset }) => `${task} (${dataset ?? 'no data set'})`).join(', ')}`);
  const rest = said.length > 0 || compiled.waiting.length > 0 ? inPlan.join('\n') : JSON.stringify(compiled.plan, null, 2);
  return `${[...said.map(printDiagnostic), rest].join('\n\n')}\n`;
}

describe('programs and what is said about them', () => {
  it.each(cases)('%s', (name) => {
    const at = join(folder, name, 'expected.txt');
    const found = result(readFileSync(join(folder, name, 'input.task'), 'utf8'), name);
    if (process.env['UPDATE'] === '1') writeFileSync(at, found);
    expect(existsSync(at) ? readFileSync(at, 'utf8') : '').toBe(found);
  });

  it.each(cases)('%s means the same with the line ends of Windows', (name) => {
    const text = readFileSync(join(folder, name, 'input.task'), 'utf8');
    expect(result(text.replaceAll('\n', '\r\n'), name)).toBe(result(text, name));
  });
});
