/** Models that are kept between questions, with real processes and a clock of the test's own. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { join } from 'node:path';
import type { Model } from '../../runtime/frameworks/model.js';
import { startModelServer } from '../../runtime/launch/modelServer.js';
import { Run } from '../../runtime/run/run.js';
import { ModelShelf } from '../../magics/models.js';
import { ended, isRunning, modelProgram } from '../runtime/launch/modelProcess.js';

/** Predicts the text; a generation is a piece, where one is asked for, and then the process is gone. */
const answers = `
  if (request.do === 'predict') return send({ id: request.id, result: request.inputs.map((label) => ({ label, scores: {} })) });
  if (request.prompts[0] === 'a piece') send({ id: request.id, piece: { prompt: 0, text: 'one', finished: null } });
  end();
`;
const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000);
const asking = (text: string) => async (model: Model) => (await model.predict!([text]))[0];

let programs: ReturnType<typeof modelProgram>[];
let shelf: ModelShelf;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  programs = [];
  shelf = new ModelShelf((run) => startModelServer({ trusted: false, python: join(run.folder, 'python'), folder: run.folder, variables: [] }));
});
afterEach(async () => {
  await shelf.close();
  vi.useRealTimers();
  for (const program of programs) program.remove();
});
function modelRun(ready?: string) {
  const program = modelProgram(answers, ready);
  programs.push(program);
  return Object.assign(new Run(program.folder), { processes: () => program.started });
}

it('is loaded once, and closed ten minutes after its last answer', async () => {
  const run = modelRun();
  for (const text of ['a', 'b']) {
    expect(await shelf.use(run, asking(text))).toMatchObject({ label: text });
    await minutes(9);
  }
  expect(run.processes()).toHaveLength(1);
  expect(isRunning(run.processes()[0]!)).toBe(true);
  await minutes(1);
  await ended(run.processes()[0]!);
  expect(await shelf.use(run, asking('c'))).toMatchObject({ label: 'c' });
  expect(run.processes()).toHaveLength(2);
});

it('is not closed while it answers, however long that takes and whatever else is asked', async () => {
  const [busy, other, third] = [modelRun(), modelRun(), modelRun()];
  let goOn = (): void => {};
  const waits = new Promise<void>((resolve) => (goOn = resolve));
  const answer = shelf.use(busy, async (model) => {
    await waits;
    return asking('late')(model);
  });
  await shelf.use(busy, asking('short'));
  await minutes(30);
  for (const run of [other, third]) await shelf.use(run, asking('a'));
  await ended(other.processes()[0]!);
  goOn();
  expect(await answer).toMatchObject({ label: 'late' });
  await shelf.use(third, asking('b'));
  expect([busy, other, third].map((run) => run.processes().length)).toEqual([1, 1, 1]);
  await minutes(10);
  await ended(busy.processes()[0]!);
});

it('makes room for a third by closing the one that was asked longest ago', async () => {
  const [first, second, third] = [modelRun(), modelRun(), modelRun()];
  for (const run of [first, second, first, third]) await shelf.use(run, asking('a'));
  await ended(second.processes()[0]!);
  expect([first, third].map((run) => isRunning(run.processes()[0]!))).toEqual([true, true]);
  expect(first.processes()).toHaveLength(1);
});

it('makes room where three were at work at the same time', async () => {
  const runs = [modelRun(), modelRun(), modelRun()];
  let loaded = 0;
  await Promise.all(runs.map((run) => shelf.use(run, async (model) => {
    loaded++;
    await vi.waitFor(() => expect(loaded).toBe(3), 5000);
    return asking('a')(model);
  })));
  expect(runs.filter((run) => isRunning(run.processes()[0]!))).toHaveLength(2);
});

it('that could not be loaded is loaded the next time, and nothing of the failure is left', async () => {
  const run = modelRun(`
    const first = require('node:fs').readFileSync(__dirname + '/processes', 'utf8').trim().split('\\n').length === 1;
    send(first ? { error: { code: 'run/broken-model', message: 'It is broken.', hint: null } } : { ready: ['predict'] });
    if (first) process.exit();
  `);
  await expect(shelf.use(run, asking('a'))).rejects.toMatchObject({ code: 'run/broken-model' });
  await minutes(9);
  expect(await shelf.use(run, asking('b'))).toMatchObject({ label: 'b' });
  await minutes(5);
  expect(await shelf.use(run, asking('c'))).toMatchObject({ label: 'c' });
  expect(run.processes()).toHaveLength(2);
});

it('that was lost since is loaded anew and asked again', async () => {
  const run = modelRun();
  await shelf.use(run, asking('a'));
  process.kill(run.processes()[0]!, 'SIGKILL');
  // At once, and when its end is known.
  expect(await shelf.use(run, asking('b'))).toMatchObject({ label: 'b' });
  process.kill(run.processes()[1]!, 'SIGKILL');
  await ended(run.processes()[1]!);
  expect(await shelf.use(run, asking('c'))).toMatchObject({ label: 'c' });
  expect(run.processes()).toHaveLength(3);
});

const writing = (prompt: string, into: string[]) => async (model: Model, shown: () => void) => {
  for await (const { text } of model.generate!([prompt], {})) {
    shown();
    into.push(text);
  }
};

it('that is lost by its question is asked once more and no more', async () => {
  const run = modelRun();
  await expect(shelf.use(run, writing('nothing', []))).rejects.toMatchObject({ code: 'run/model-lost' });
  expect(run.processes()).toHaveLength(1);
  await shelf.use(run, asking('a'));
  await expect(shelf.use(run, writing('nothing', []))).rejects.toMatchObject({ code: 'run/model-lost' });
  expect(run.processes()).toHaveLength(3);
});

it('does not show twice what was shown', async () => {
  const run = modelRun();
  await shelf.use(run, asking('a'));
  const pieces: string[] = [];
  await expect(shelf.use(run, writing('a piece', pieces))).rejects.toMatchObject({ code: 'run/model-lost' });
  expect(pieces).toEqual(['one']);
  expect(run.processes()).toHaveLength(1);
  expect(await shelf.use(run, asking('b'))).toMatchObject({ label: 'b' });
});

it('is closed with the shelf, at work or not', async () => {
  const [idle, busy] = [modelRun(), modelRun()];
  await shelf.use(idle, asking('a'));
  const answer = expect(shelf.use(busy, async (model) => {
    await shelf.close();
    return asking('a')(model);
  })).rejects.toMatchObject({ code: 'run/model-lost' });
  await answer;
  for (const run of [idle, busy]) await ended(run.processes()[0]!);
});
