/** What is written for TRLX: samples, rewards, a configuration and a script. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openModel } from '../../runtime/frameworks/index.js';
import { able } from '../../runtime/frameworks/model.js';
import type { KindName, RowOf } from '../../runtime/task/kinds/rows.js';
import type { TrainerConfig } from '../../runtime/trainer.js';
import { workshop, type Attempt } from './training.js';

const shop = workshop();
const python = process.env['TASKLAB_PYTHON'] || 'python3';
const write = <K extends KindName>(kind: K, rows: readonly RowOf<K>[], more: Partial<TrainerConfig> & { trainSize?: number } = {}): Promise<Attempt> =>
  shop.train(kind, rows, { framework: 'trlx', model: 'gpt2', launch: { target: 'in_process' }, ...more });

/** The script compiles, and loads what it would train with. */
async function loaded({ run, error }: Attempt): Promise<Record<'samples' | 'rewards' | 'eval_prompts', unknown> & { config: Record<string, Record<string, unknown>> }> {
  if (error) throw error as Error;
  const script = join(run.folder, 'train.py');
  await promisify(execFile)(python, ['-m', 'py_compile', script]);
  const { stdout } = await promisify(execFile)(python, ['-c', 'import json, pathlib, runpy, sys; path = pathlib.Path(sys.argv[1]); print(json.dumps(runpy.run_path(str(path))["load"](path.parent)))', script]);
  return JSON.parse(stdout) as never;
}

it('prompts and completions become samples, held-out prompts evaluation prompts', async () => {
  const attempt = await write('prompt_completion', Array.from({ length: 10 }, (_, i) => ({ prompt: `### Instruction: é${i}`, completion: `### Response: ${i}` })), { seed: 7, options: { batch_size: 4, learning_rate: 1e-5 }, blocks: { generation: { max_new_tokens: 5 } } });
  const { samples, rewards, eval_prompts, config } = await loaded(attempt);
  expect(samples).toHaveLength(8);
  expect((samples as string[][]).every(([prompt, completion]) => /^### Instruction: é\d$/.test(prompt!) && completion === `### Response: ${prompt!.at(-1)}`)).toBe(true);
  expect(rewards).toBeNull();
  expect(eval_prompts).toHaveLength(2);
  expect(config).toMatchObject({
    train: { batch_size: 4, seq_length: 1024, epochs: 100, seed: 7, trainer: 'AccelerateSFTTrainer', tracker: null, checkpoint_dir: join(attempt.run.folder, 'checkpoints') },
    model: { model_path: 'gpt2', num_layers_unfrozen: -1 }, optimizer: { name: 'adamw', kwargs: { lr: 1e-5 } }, scheduler: { kwargs: { eta_min: 1e-5 } },
    method: { name: 'sftconfig', gen_kwargs: { max_new_tokens: 5, top_k: 0, top_p: 1, do_sample: true } },
  });
  // What is kept of the run names no folder of this machine.
  expect(JSON.parse(await readFile(join(attempt.run.folder, 'config.json'), 'utf8'))).toMatchObject({ train: { checkpoint_dir: 'checkpoints' } });
  const model = await openModel(attempt.run);
  expect(() => able(model, 'generate', attempt.run)).toThrow(expect.objectContaining({ code: 'run/cannot' }));
});

it('preferences become samples with rewards; a run beside it is found', async () => {
  const pairs = Array.from({ length: 3 }, (_, i) => ({ prompt: `q${i}`, chosen: 'good', rejected: 'bad' }));
  const first = await write('direct_preference_optimization', pairs, { trainSize: 1, name: 'first', options: { tau: 0.6 } });
  const { samples, rewards, eval_prompts, config } = await loaded(first);
  expect([...(samples as string[][])].sort()).toEqual([0, 1, 2].flatMap((i) => [[`q${i}`, '\nbad'], [`q${i}`, '\ngood']]));
  expect(rewards).toEqual((samples as string[][]).map(([, text]) => (text === '\ngood' ? 1 : -1)));
  expect(eval_prompts).toBeNull();
  expect(config).toMatchObject({ train: { trainer: 'AccelerateILQLTrainer', seq_length: 64 }, method: { name: 'ilqlconfig', tau: 0.6, gamma: 0.99, two_qs: true, gen_kwargs: { max_new_tokens: 56, top_k: 20, beta: 1, temperature: 1 } } });
  const next = await loaded(await write('direct_preference_optimization', pairs, { trainSize: 1, model: first.run }));
  expect(next.config['model']!['model_path']).toMatch(/first-1$/);
  expect(next.config['tokenizer']!['tokenizer_path']).toBe(next.config['model']!['model_path']);
});

it('refuses what TRLX lacks', async () => {
  const rows = [{ prompt: 'a', completion: 'b' }, { prompt: 'c', completion: 'd' }];
  await expect(write('prompt_completion', rows, { options: { reward_fn: 'f' } })).rejects.toMatchObject({ code: 'name/unknown-option', hint: expect.stringContaining('preferences') });
  await expect(write('prompt_completion', rows, { options: { seq_length: 40 } })).rejects.toMatchObject({ code: 'training/wrong-value', message: expect.stringContaining('No room') });
  await expect(write('prompt_completion', rows, { blocks: { lora: { r: 8 } } })).rejects.toMatchObject({ code: 'name/unknown-block' });
  await expect(write('prompt_completion', rows, { revision: 'v1' })).rejects.toMatchObject({ code: 'training/revision' });
  const chat = [{ role: 'user' as const, content: 'hi' }];
  expect((await write('direct_preference_optimization', [{ prompt: chat, chosen: chat, rejected: chat }], { trainSize: 1 })).error).toMatchObject({ code: 'train/no-rows', hint: expect.stringContaining('it is a chat') });
});
