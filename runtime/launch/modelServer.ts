import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { UserError } from '../error.js';
import { checkGeneration } from '../frameworks/generation.js';
import type { GeneratedPiece, GenerationSettings, Input, Model, Prediction, Warn } from '../frameworks/model.js';
import { redact } from '../run/redact.js';
import { scrub } from './environment.js';
import { pythonVariables } from './python.js';

const Told = z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() });
const Answer = z.union([
  z.object({ ready: z.array(z.enum(['predict', 'generate', 'score'])) }),
  z.object({ id: z.int(), piece: z.object({ prompt: z.int(), text: z.string(), finished: z.enum(['stop', 'length']).nullable() }) }),
  z.object({ id: z.int(), warning: z.string() }),
  z.object({ id: z.int(), result: z.unknown() }),
  z.object({ id: z.int().nullable().optional(), error: Told }),
]);
type Answer = z.infer<typeof Answer>;

export interface ModelServerRequest {
  readonly python: string;
  /** The finished run's folder. */
  readonly folder: string;
  /** May code run that the run's training trusted, and that lies in the folder? */
  readonly trusted: boolean;
  /** Names of variables beyond the common ones. */
  readonly variables: readonly string[];
}

/**
 * Starts a process that holds the model of a run and answers what is asked of it, one thing after the other; it ends with its input.
 * Throws `launch/cannot-start`, `run/model-lost`, and what the process says; the model's questions throw `run/model-lost` once it is gone.
 */
export async function startModelServer({ python, folder, trusted, variables }: ModelServerRequest): Promise<Model> {
  const child = spawn(python, ['-m', 'tasklab_worker.serve', folder, ...(trusted ? ['--trusted'] : [])], {
    cwd: folder,
    env: { ...scrub(process.env, variables), ...pythonVariables },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own process group, as the workers' that train: a Ctrl-C is for who asks, and who asks ends it.
    detached: true,
    windowsHide: true,
  });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-65_536)));
  const waiting = new Map<number, (answer: Answer | UserError) => void>();
  let begun: ((answer: Answer | UserError) => void) | undefined;
  const ready = new Promise<Answer | UserError>((resolve) => (begun = resolve));
  const end = (error: UserError): void => {
    begun?.(error);
    for (const take of waiting.values()) take(error);
    waiting.clear();
  };
  child.on('error', (error) => end(new UserError('launch/cannot-start', `"${python}" cannot be started: ${error.message}.`, undefined, { cause: error })));
  child.on('close', () => end(new UserError('run/model-lost', 'The process that held the model has ended.', redact(printed).trim().split('\n').at(-1) || 'It may have run out of memory.')));
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = answerIn(line);
    if (!answer) {
      // Torn off by its death, or not the worker's: what follows cannot be trusted either.
      child.kill('SIGKILL');
      return end(new UserError('run/model-lost', `The process that held the model said what is no answer, and was ended: ${JSON.stringify(redact(line).slice(0, 200))}.`, redact(printed).trim().split('\n').at(-1) || undefined));
    }
    const id = 'id' in answer ? answer.id : undefined;
    if (typeof id === 'number') waiting.get(id)?.(answer);
    else begun?.(answer);
  });

  const first = await ready;
  if (first instanceof UserError) throw first;
  if ('error' in first) throw told(first.error);
  const can = new Set('ready' in first ? first.ready : []);
  // Neither the process nor its pipes keep this one from ending.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();

  let next = 0;
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
  /** What is answered to one request, until its result. */
  async function* answers(request: object, signal?: AbortSignal): AsyncGenerator<Answer, void> {
    const id = next++;
    const queue: (Answer | UserError)[] = [];
    let wake: (() => void) | undefined;
    if (child.exitCode !== null || child.signalCode !== null) throw new UserError('run/model-lost', 'The process that held the model has ended.', 'Ask again: it is started anew.');
    waiting.set(id, (answer) => (queue.push(answer), wake?.()));
    send({ id, ...request });
    child.ref();
    (child.stdout as unknown as { ref(): void }).ref();
    const abort = (): void => wake?.();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      for (;;) {
        while (queue.length === 0 && !signal?.aborted) await new Promise<void>((resolve) => (wake = resolve));
        signal?.throwIfAborted();
        const answer = queue.shift()!;
        if (answer instanceof UserError) throw answer;
        if ('error' in answer) throw told(answer.error);
        yield answer;
        if ('result' in answer) return;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      waiting.delete(id);
      send({ id, do: 'stop' });
      child.unref();
      (child.stdout as unknown as { unref(): void }).unref();
    }
  }
  const ask = async <T>(request: object, warn?: Warn): Promise<T> => {
    for await (const answer of answers(request)) {
      if ('result' in answer) return answer.result as T;
      if ('warning' in answer) warn?.(answer.warning);
    }
    throw new Error('no result');
  };

  return {
    ...(can.has('predict') && { predict: (inputs: readonly Input[], warn?: Warn) => ask<Prediction[]>({ do: 'predict', inputs }, warn) }),
    ...(can.has('score') && { score: (inputs: readonly string[], warn?: Warn) => ask<number[]>({ do: 'score', inputs }, warn) }),
    ...(can.has('generate') && {
      async *generate(prompts: readonly string[], settings: GenerationSettings, signal?: AbortSignal): AsyncGenerator<GeneratedPiece, void> {
        checkGeneration({ temperature: 0, ...settings });
        for await (const answer of answers({ do: 'generate', prompts, settings }, signal)) if ('piece' in answer) yield answer.piece;
      },
    }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.stdin.end();
      const kill = setTimeout(() => child.kill('SIGKILL'), 2000);
      await closed;
      clearTimeout(kill);
    },
  };
}

function answerIn(line: string): Answer | undefined {
  try {
    return Answer.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

const told = ({ code, message, hint }: z.infer<typeof Told>): UserError => new UserError(code, message, hint ?? undefined);
