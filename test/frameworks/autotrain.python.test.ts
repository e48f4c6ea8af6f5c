/** AutoTrain's own code reads what is written for it: its parser, its parameters, its preparation of the rows. Its package comes from the registry, without what it pins. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KindName, RowOf } from '../../runtime/task/kinds/rows.js';
import { missing, workshop } from './training.js';

const run = promisify(execFile);
const shop = workshop();
const python = process.env['TASKLAB_PYTHON'] ?? 'python3';
const reason = missing('core');

/** AutoTrain's pandas keeps texts as objects, which newer ones do where they are told. */
const reader = `
import json, os, sys
import pandas
pandas.options.future.infer_string = False
from autotrain.parser import AutoTrainConfigParser
from datasets import disable_progress_bars, load_from_disk
disable_progress_bars()
for folder in sys.argv[1:]:
    os.chdir(folder)
    parser = AutoTrainConfigParser("autotrain.yaml")
    params = parser.task_param_map[parser.task](**parser.parsed_config)
    unused = sorted(set(parser.parsed_config) - set(type(params).model_fields))
    parser.munge_data_map[parser.task](params, local=True)
    rows = {name: [dict(row) for row in part] for name, part in load_from_disk(params.data_path).items()}
    print(json.dumps({"task": parser.task, "unused": unused, "params": params.model_dump(), "rows": rows}))
`;

interface Read {
  readonly task: string;
  /** Keys that AutoTrain does not know. */
  readonly unused: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly rows: Readonly<Record<'train' | 'validation', readonly Readonly<Record<string, unknown>>[]>>;
}

describe.skipIf(reason)(`AutoTrain${reason ? ` (${reason})` : ''}`, () => {
  let path = '';
  beforeAll(async () => {
    path = join(shop.folder, 'autotrain');
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', path, 'autotrain-advanced==0.8.36', 'loguru==0.7.3']);
  });

  const write = async <K extends KindName>(kind: K, rows: readonly RowOf<K>[]): Promise<string> => {
    const attempt = await shop.train(kind, rows, { framework: 'autotrain', model: 'org/tiny', seed: 7, launch: { target: 'in_process' } });
    if (attempt.error) throw attempt.error as Error;
    return attempt.run.folder;
  };

  it('takes classes, preferences and chats', async () => {
    const messages = [{ role: 'user', content: 'q' }, { role: 'assistant', content: 'a' }] as const;
    const folders = [
      await write('text_classification', Array.from({ length: 20 }, (_, i) => ({ text: `text ${i}, NA`, label: i % 2 ? 'null' : 'no' }))),
      await write('direct_preference_optimization', Array.from({ length: 5 }, (_, i) => ({ prompt: `q${i}`, chosen: 'good', rejected: 'bad' }))),
      await write('supervised_fine_tuning', Array.from({ length: 5 }, () => ({ messages }))),
    ];
    const { stdout } = await run(python, ['-c', reader, ...folders], { env: { ...process.env, PYTHONPATH: path, HF_HUB_OFFLINE: '1' } });
    const [classes, dpo, sft] = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Read);
    expect(classes).toMatchObject({ task: 'text_multi_class_classification', unused: [], params: { model: 'org/tiny', seed: 7, valid_split: 'validation', lr: 5e-5, push_to_hub: false } });
    expect([classes!.rows.train.length, classes!.rows.validation.length]).toEqual([16, 4]);
    // Classes by number, in alphabetical order.
    expect(new Set(classes!.rows.train.map((row) => row['autotrain_label']))).toEqual(new Set([0, 1]));
    expect(classes!.rows.train[0]!['autotrain_text']).toMatch(/^text \d+, NA$/);
    expect(dpo).toMatchObject({ task: 'lm_training', unused: [], params: { trainer: 'dpo', chat_template: null } });
    expect(dpo!.rows.train[0]).toEqual({ autotrain_prompt: expect.stringMatching(/^q\d$/), autotrain_text: 'good', autotrain_rejected_text: 'bad' });
    expect(sft).toMatchObject({ unused: [], params: { trainer: 'sft', chat_template: 'tokenizer' } });
    expect(sft!.rows.train[0]).toEqual({ autotrain_text: messages });
  });
});
