import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { compile, parse } from '../../dsl/index.js';
import { schema } from '../fixtures/dsl/schema.js';
import { check } from './fuzz/check.js';
import { inputOf } from './fuzz/inputs.js';
import { idle, type Finding, type Share } from './fuzz/share.js';

/** `npm run test:long` tries many more. */
const isLong = process.env['TASKLAB_LONG'] !== undefined;
const inputs = isLong ? 1_000_000 : 20_000;

it(`reads, checks, explains and lays out ${inputs.toLocaleString('en')} inputs`, async () => {
  const start = performance.now();
  const finding = await fuzz(inputs);
  if (finding) expect.fail(described(finding));
  if (isLong) console.log(`fuzz: ${inputs} inputs in ${Math.round((performance.now() - start) / 1000)} s`);
}, isLong ? 60 * 60_000 : 10 * 60_000);

/** Tries every seed below `end` on all cores; ends at the first finding. */
async function fuzz(end: number): Promise<Finding | undefined> {
  const slots = Array.from({ length: availableParallelism() }, (_, i) => i + 1);
  const progress = new Int32Array(new SharedArrayBuffer(4 * (slots.length + 1))).fill(idle, 1);
  const seeds = () => slots.map((slot) => Atomics.load(progress, slot));
  const workers = slots.map((slot) => new Worker(new URL('./fuzz/worker.ts', import.meta.url), {
    execArgv: ['--import', 'ts-blank-space/register'],
    workerData: { progress, slot, end } satisfies Share,
    // As much as a process has: a worker has four times that otherwise.
    resourceLimits: { stackSizeMb: 1 },
  }));
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve) => {
      const found = (seed: number, problem: string) => resolve({ ...inputOf(seed), problem });
      let running = workers.length;
      workers.forEach((worker, i) => {
        worker.on('message', resolve).on('error', (error) => found(seeds()[i]!, String(error)));
        worker.on('exit', () => --running === 0 && resolve(undefined));
      });
      let before: readonly number[] = [];
      watch = setInterval(() => {
        const now = seeds();
        const stuck = now.find((seed, i) => seed !== idle && seed === before[i]);
        if (stuck !== undefined) found(stuck, 'does not come to an end');
        before = now;
      }, 15_000);
    });
  } finally {
    clearInterval(watch);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** A finding with all that it takes to see it again: `check(inputOf(seed))`. */
function described({ seed, kind, text, problem }: Finding): string {
  const input = JSON.stringify(text);
  return `seed ${seed} (${kind}), ${text.length} characters: ${problem}\n${input.length > 10_000 ? `${input.slice(0, 10_000)}…` : input}`;
}
it.each([
  ['parentheses', '(', ')'], ['lists', '[', ']'], ['conditions', 'true ? ', ' : 0'], ['negations', 'not ', ''], ['signs', '-', ''], ['sums', 'text + ', ''],
  ['pipes', '', ' | trim'], ['positions', '', '[0]'], ['defaults', 'text ?? ', ''], ['holes', '"{', '}"'], ['calls', 'trim(', ')'],
])('refuses %s nested 20,000 deep, and quickly', (_, open, close) => {
  const text = `task t: sft on messages { text = ${open.repeat(20_000)}text${close.repeat(20_000)} }`;
  const { declarations, diagnostics } = parse({ name: 'deep', text, lineOffset: 0 });
  expect(diagnostics.map(({ code }) => code)).toEqual(['syntax/too-deep']);
  expect(compile(declarations, { schema }).diagnostics).toEqual([]);
});

it.each([
  ['line ends', `param a = 1${'\n'.repeat(50_000)}param b = 2`],
  ['brackets too many', `param a = 1${' | f)'.repeat(3000)}`],
  ['operators without values', `param a = ${'* '.repeat(20_000)}`],
  ['open conditions', `task t: sft on messages { text = ${'[1 ? '.repeat(200)}`],
])('reads, and helps to write, many %s without a hang', (_, text) => {
  check({ seed: 0, kind: 'warm', text: 'param a = 1' });
  // The processor's time: the clock would count what else the machine does.
  const before = process.cpuUsage();
  check({ seed: 0, kind: 'many', text });
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(5000);
});

it('reads huge literals', () => {
  const text = `param a = "${'x'.repeat(1_000_000)}"\nparam b = [${'1, '.repeat(20_000)}]\nparam c = ${'9'.repeat(400)}`;
  const { declarations, diagnostics } = parse({ name: 'huge', text, lineOffset: 0 });
  expect(diagnostics).toEqual([]);
  expect(compile(declarations, { schema }).plan.params['a']).toHaveLength(1_000_000);
});
