import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compile, readProgram } from '../../dsl/index.js';
import { printTask } from '../../magics/explain/expression.js';
import { schema } from '../fixtures/dsl/schema.js';

const folder = join(import.meta.dirname, '../fixtures/dsl');
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
const plansOf = (text: string, where = '') => {
  const { declarations } = readProgram({ name: 'input.task', text, lineOffset: 0 }, (path) => readFileSync(join(folder, where, path), 'utf8'));
  return compile(declarations, { schema }).plan;
};

it.each(cases)('prints the tasks of %s so that they are read back as they are', (name) => {
  const { tasks, datasets } = plansOf(readFileSync(join(folder, name, 'input.task'), 'utf8'), name);
  for (const [task, plan] of Object.entries(tasks)) {
    if (plan.dataset !== undefined && Object.hasOwn(datasets, plan.dataset)) continue; // its declaration is not printed
    if (plan.using !== undefined && Object.keys(plan.settings).length > 0) continue; // said by a task that extends it
    const printed = printTask(plan);
    expect([printed, plansOf(printed).tasks[task]?.fingerprint]).toEqual([printed, plan.fingerprint]);
  }
});

it.each([
  '1 - (2 - 3)', '(1 - 2) - 3', '(1 + 2) * 3', '-(1 + 2)', '- -3', 'not (id == "a" and id == "b")', '(not (id == "a")) == true', '(id == "a") == (id == "b")',
  '(text ?? topic) == "x"', 'text ?? (topic ?? "x")', '(id == "a" ? 1 : 2) + 3', 'id == "a" ? 1 : id == "b" ? 2 : 3', '(id == "a" ? text : topic)[(id == "b" ? 1 : 2):3]', '"a\\"b\\\\{{}}\\n\\u{7}{"in {text}"}"',
  '(text in ["a"]) == false', '(text | trim)[0]', '(first(quality) + 1) * 2', 'metadata.channel ?? suggestion.label.agent',
])('prints %s so that it is read back as it is', (expression) => {
  const program = (value: string) => `task t: sft on messages { text = json(${value}) }`;
  const plan = plansOf(program(expression)).tasks['t']!;
  expect(plan).toBeDefined();
  expect(plansOf(printTask(plan)).tasks['t']?.fingerprint).toBe(plan.fingerprint);
});
