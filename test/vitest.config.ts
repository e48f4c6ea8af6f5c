import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

/** Need the build, a process of their own, Python, a browser or some seconds. The rest is the quick part: `npm run test:unit`. */
const system = [
  'test/kernel/**/*.test.ts',
  'test/system/**/*.test.ts',
  'test/browser/**/*.test.ts',
  'test/frameworks/**/*.test.ts',
  'test/**/*.python.test.ts',
  'test/**/fuzz.test.ts',
  'test/runtime/linear/{train,embedding*}.test.ts',
  'test/runtime/display/page.test.ts',
];

/** Real frameworks learn in them. A worker spends most of its time loading libraries on one core: two beside each other fill both. */
const training = ['test/frameworks/*.python.test.ts'];

export default defineConfig({
  root,
  test: {
    reporters: ['default', new URL('./reporter.ts', import.meta.url).pathname],
    projects: [
      {
        root,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: system, testTimeout: 10_000, pool: 'threads', maxWorkers: 2, isolate: false, sequence: { groupOrder: 0 } },
      },
      {
        root,
        // One file at a time: kernels, browsers and Python beside each other on two cores only wait for each other.
        test: { name: 'system', include: system, exclude: training, env: { TASKLAB_HISTORY: 'off' }, testTimeout: 120_000, hookTimeout: 120_000, pool: 'forks', fileParallelism: false, sequence: { groupOrder: 1 } },
      },
      {
        root,
        test: { name: 'training', include: training, env: { OMP_NUM_THREADS: '1' }, testTimeout: 240_000, hookTimeout: 120_000, pool: 'forks', maxWorkers: 2, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
