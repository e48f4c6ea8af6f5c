import { parentPort, workerData } from 'node:worker_threads';
import { check } from './check.js';
import { inputOf, type Input } from './inputs.js';
import { idle, type Finding, type Share } from './share.js';

/** A whole input, all of {@link check}; twice where the machine may just have been busy. */
const longestMs = 1000;
function msOf(input: Input): number {
  const start = performance.now();
  check(input);
  return performance.now() - start;
}

function findingOf(input: Input): Finding | undefined {
  try {
    const ms = msOf(input) > longestMs ? msOf(input) : 0;
    return ms > longestMs ? { ...input, problem: `takes ${Math.round(ms)} ms` } : undefined;
  } catch (error) {
    return { ...input, problem: error instanceof Error && error.stack ? error.stack : String(error) };
  }
}

const { progress, slot, end } = workerData as Share;
for (let seed = Atomics.add(progress, 0, 1); seed < end; seed = Atomics.add(progress, 0, 1)) {
  Atomics.store(progress, slot, seed);
  const finding = findingOf(inputOf(seed));
  if (finding) {
    parentPort!.postMessage(finding);
    break;
  }
}
Atomics.store(progress, slot, idle);
