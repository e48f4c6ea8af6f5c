import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { miniLm, missing } from '../frameworks/training.js';
import { root, tasklab, workFolder } from './tasklab.js';

interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly outputs?: readonly { readonly output_type: string; readonly text?: unknown; readonly data?: Readonly<Record<string, unknown>> }[];
}

const why = missing('core');
beforeEach(({ skip }) => skip(Boolean(why), String(why)));
const joined = (value: unknown): string => (Array.isArray(value) ? value.join('') : String(value ?? ''));

/** Runs a tutorial as a user would, in a folder with nothing trained before; what each cell shows, as text. */
async function run(notebook: string, ...params: readonly string[]): Promise<(id: string) => string> {
  const folder = workFolder();
  for (const part of ['data', 'models', notebook]) cpSync(join(root, 'notebooks', part), join(folder, 'notebooks', part), { recursive: true });
  const finished = await tasklab(folder, ['run', `notebooks/${notebook}`, '-o', `out/${notebook}`, ...params.flatMap((param) => ['-p', param])]);
  expect(finished, finished.stderr).toMatchObject({ status: 0 });
  const cells = (JSON.parse(readFileSync(join(folder, 'out', notebook), 'utf8')) as { cells: Cell[] }).cells.filter((cell) => cell.cell_type === 'code');
  expect(cells.filter(({ id, outputs }) => id !== 'injected-parameters' && (outputs ?? []).length === 0).map(({ id }) => id)).toEqual([]);
  return (id) => (cells.find((cell) => cell.id === id)!.outputs ?? []).map((output) => joined(output.text ?? output.data?.['text/plain'])).join('\n');
}
/** The figures behind a name in a table: `accuracy  0.91  0.20  +0.71`. */
const figures = (text: string, name: string): number[] => new RegExp(`^${name} +(.*)$`, 'm').exec(text)![1]!.split(/ +/).map((figure) => Number(figure.replaceAll(',', '')));

it('one task is trained by five frameworks, each better than guessing, and compared in one table', async () => {
  const text = await run('classification.ipynb', `encoder=${miniLm}`);
  for (const cell of ['train-linear', 'train-setfit-run', 'train-spacy-run', 'train-transformers-run', 'train-peft-run']) {
    const [model, majority] = figures(text(cell), 'accuracy') as [number, number];
    expect(model, cell).toBeGreaterThan(majority + 0.2);
  }
  const table = text('compare-all');
  for (const name of ['words-1', 'few_shot-1', 'pipeline-1', 'whole_encoder-1', 'adapter-1']) expect(table).toMatch(new RegExp(`^${name} +\\w+ +text_classification`, 'm'));
  expect(text('ask-all').match(/probability: 0\.\d+/g)).toHaveLength(5);
}, 300_000);

it('preferences become a reward model, and both ways of learning from them write what people prefer', async () => {
  const text = await run('rlhf.ipynb');
  const [perplexity, untrained] = figures(text('train-base'), 'perplexity') as [number, number];
  expect(perplexity).toBeLessThan(untrained / 50);
  const [accuracy] = figures(text('train-rewards'), 'accuracy') as [number];
  expect(accuracy).toBeGreaterThan(0.85);
  const [preferred, before] = figures(text('train-dpo'), 'accuracy') as [number, number];
  expect(preferred).toBeGreaterThan(before + 0.2);
  const [score, scoreBefore] = figures(text('train-ppo'), 'score') as [number, number];
  expect(score).toBeGreaterThan(scoreBefore);
  const mean = (model: string): number => Number(new RegExp(`model: '${model}', 'mean score': (-?[\\d.]+)`).exec(text('mean-scores'))![1]);
  expect(mean('dpo_model')).toBeGreaterThanOrEqual(mean('sft') - 0.2);
  expect(mean('ppo_model')).toBeGreaterThan(mean('sft') - 0.2);
  expect(text('compare-models')).toMatch(/ppo_model-1/);
}, 300_000);
