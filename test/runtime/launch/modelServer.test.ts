import { execFileSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import type { GeneratedPiece } from '../../../runtime/frameworks/model.js';
import { startModelServer } from '../../../runtime/launch/modelServer.js';
import { ended, modelProgram } from './modelProcess.js';

let program: ReturnType<typeof modelProgram>;
const start = (...given: Parameters<typeof modelProgram>) => {
  program = modelProgram(...given);
  return startModelServer({ trusted: false, python: program.python, folder: program.folder, variables: [] });
};
afterEach(() => program.remove());

it('answers in a process group of its own, and ends with its close', async () => {
  const model = await start('send({ id: request.id, result: request.inputs.map((text) => ({ label: text, scores: {} })) });');
  expect(await model.predict!(['a', 'b'])).toEqual([{ label: 'a', scores: {} }, { label: 'b', scores: {} }]);
  const [pid] = program.started;
  expect(Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }))).toBe(pid);
  await model.close();
  await ended(pid!);
});

it.each([
  ['torn', 'print(\'{"id": 0, "resu\');'],
  ['a library\'s own', 'print("Loading weights: 100%");'],
  ['of another shape', 'send({ id: request.id });'],
])('an answer that is %s ends the process, and who waits is told', async (_, body) => {
  const model = await start(body);
  await expect(model.predict!(['a'])).rejects.toMatchObject({ code: 'run/model-lost', message: expect.stringContaining('said what is no answer') });
  await ended(program.started[0]!);
  await expect(model.predict!(['a'])).rejects.toMatchObject({ code: 'run/model-lost' });
  await model.close();
});

it('gives the pieces that came before a torn line', async () => {
  const model = await start('send({ id: request.id, piece: { prompt: 0, text: "good", finished: null } }); print("{");');
  const pieces: GeneratedPiece[] = [];
  const reading = (async () => {
    for await (const piece of model.generate!(['a'], {})) pieces.push(piece);
  })();
  await expect(reading).rejects.toMatchObject({ code: 'run/model-lost' });
  expect(pieces).toEqual([{ prompt: 0, text: 'good', finished: null }]);
});

it('does not begin with a program that says something else', async () => {
  await expect(start('', 'print("usage: python FILE");')).rejects.toMatchObject({ code: 'run/model-lost', message: expect.stringContaining('usage: python FILE') });
  await ended(program.started[0]!);
});
