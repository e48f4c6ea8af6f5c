import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { missing } from '../frameworks/training.js';
import { root, tasklab, workFolder, type Finished } from './tasklab.js';

const why = missing('core');

const program = `dataset replies from folder "data/replies"
template letter(message, greeting = "Shop:") = "Customer: {message}\\n{greeting}"
task texts: pretraining on replies {
  for each reply in [reply-1, reply-2] { text = "{letter(message)} {reply}" }
}
task preferences: reward_modeling on replies {
  for each pair (good, bad) in better by mean {
    chosen   = "{letter(message)} {field[good]}"
    rejected = "{letter(message)} {field[bad]}"
  }
}
training base {
  task = texts; framework = transformers; model = "models/small"; train_size = 0.9
  options { max_steps = 60; per_device_train_batch_size = 16; learning_rate = 0.003 }
}
training rewards {
  task = preferences; framework = trl; model = base; train_size = 0.9
  options { max_steps = 8; per_device_train_batch_size = 16; learning_rate = 0.001 }
}
`;
const cells = ['%%task', program.replace('dataset', '\ndataset')].join('');
const code = (id: string, source: string) => ({ id, cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source });
const notebook = (...sources: readonly string[]): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: 'tasklab', display_name: 'TypeScript (tasklab)', language: 'typescript' } }, cells: sources.map((source, i) => code(`c${i}`, source)) });

describe('a model that was trained', () => {
  beforeEach(({ skip }) => skip(Boolean(why), String(why)));
  const folder = workFolder({ 'replies.task': program });
  const run = (...args: readonly string[]): Promise<Finished> => tasklab(folder, args);
  const byTemplate = ['--program', 'replies.task', '--template', 'letter'];
  const lines = (text: string): Record<string, unknown>[] => text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

  beforeAll(async () => {
    if (why) return;
    for (const part of ['data', 'models']) cpSync(join(root, 'notebooks', part), join(folder, part), { recursive: true });
    const finished = await run('train', 'replies.task', 'rewards');
    expect(finished, finished.stderr).toMatchObject({ status: 0 });
    expect(finished.stdout).toContain('"rewards" starts from "base", which has no finished run: that is trained first.');
  }, 180_000);

  it('goes on with prompts of a template, as a stream or as JSON', async () => {
    const { status, stdout, stderr } = await run('generate', 'base', ...byTemplate, 'message=My lamp arrived broken.', '--max-new-tokens', '12');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trim().split(/\s+/).length).toBeGreaterThan(3);
    expect(stdout).not.toContain('Customer');
    const [line] = lines((await run('generate', 'base', ...byTemplate, 'message=My lamp arrived broken.', 'greeting=Reply:', '--max-new-tokens', '12', '--json')).stdout);
    expect(line).toMatchObject({ prompt: 'Customer: My lamp arrived broken.\nReply:', finished: expect.stringMatching(/^(stop|length)$/) });
    const drawn = async (seed: string): Promise<unknown> => lines((await run('generate', 'base', 'Customer: Hi.', '--temperature', '1', '--seed', seed, '--json')).stdout)[0]!['text'];
    expect(await drawn('1')).not.toBe(await drawn('2'));
  });

  it('scores texts, and higher what people prefer', async () => {
    const friendly = 'Customer: Hello, my rose arrived broken.\nShop: We are sorry that your rose arrived broken. We send you a new one today. Thank you for telling us.';
    const curt = 'Customer: Hello, my rose arrived broken.\nShop: Read the rules on our page.';
    const scores = lines((await run('score', 'rewards', friendly, curt, '--json')).stdout);
    expect(scores.map(({ text }) => text)).toEqual([friendly, curt]);
    expect(scores[0]!['score'] as number).toBeGreaterThan(scores[1]!['score'] as number);
    const long = await run('score', 'rewards', 'Thank you. '.repeat(500), '--json');
    expect(long.stderr).toMatch(/^1 text is longer than \d+ tokens, and scored by its end alone\.$/m);
    expect(lines(long.stdout)).toHaveLength(1);
  });

  it('is set beside another, and shown again', async () => {
    const compared = await run('compare', 'base', 'rewards');
    expect(compared.stdout).toMatch(/^base-1 +transformers +pretraining +small +\d+ +\d+ /m);
    expect(compared.stdout).toMatch(/^rewards-1 +trl +reward_modeling +base-1 /m);
    const attached = await run('attach', 'rewards-1');
    expect(attached).toMatchObject({ status: 0 });
    expect(attached.stdout).toMatch(/accuracy +[01]\.\d+/);
  });

  it.each([
    ['a text for a template that is not there', ['generate', 'base', '--program', 'replies.task', '--template', 'leter', 'message=a'], 'name/unknown-template', 'Did you mean "letter"?'],
    ['a parameter that it has not', ['generate', 'base', ...byTemplate, 'massage=a'], 'name/unknown-parameter', 'Did you mean "message"?'],
    ['a template without what it needs', ['generate', 'base', ...byTemplate], 'type/missing-argument', 'message'],
    ['no text', ['generate', 'base'], 'command/usage', '--template'],
    ['a score of a model that writes', ['score', 'base', 'a'], 'run/cannot', 'generate'],
    ['a run that is not there', ['generate', 'bsae', 'a'], 'name/unknown-run', 'base'],
    ['one run beside nothing', ['compare', 'base'], 'command/usage', 'two'],
  ])('refuses %s', async (_, args, code, hint) => {
    const { status, stderr } = await run(...args);
    expect(status).toBe(code === 'command/usage' ? 2 : 1);
    expect(stderr).toContain(`error ${code}`);
    expect(stderr).toContain(hint);
  });

  it('answers in a notebook after a restart, by the values of its cells', async () => {
    writeFileSync(join(folder, 'ask.ipynb'), notebook(cells, 'const message = "My lamp arrived broken.";\nconst [text] = %generate base --template letter message={message} --max-new-tokens 8', 'const scores: readonly number[] = %score rewards {letter(message)! + text}', '[typeof text, scores.length]'));
    const finished = await run('run', 'ask.ipynb', '-o', 'asked.ipynb');
    expect(finished, finished.stderr).toMatchObject({ status: 0 });
    const asked = readFileSync(join(folder, 'asked.ipynb'), 'utf8');
    expect(asked).toContain('Customer: My lamp arrived broken.');
    expect(asked).toContain("[ 'string', 1 ]");
  });
});
