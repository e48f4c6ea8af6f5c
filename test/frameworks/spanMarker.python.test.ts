import { beforeEach, describe, expect, it } from 'vitest';
import { predict } from '../../runtime/frameworks/index.js';
import type { SpansPrediction } from '../../runtime/frameworks/model.js';
import { spawnSync } from 'node:child_process';
import { cp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pythonVariables } from '../../runtime/launch/python.js';
import { openRun } from '../../runtime/run/store.js';
import { evaluated, miniLm, missing, notRead, workshop } from './training.js';

const why = missing('span_marker');
const shop = workshop();
beforeEach(({ skip }) => skip(Boolean(why), String(why)));

const people = ['Ada Lovelace', 'Barack Obama', 'Marie Curie', 'Angela Merkel', 'Charles Babbage', 'Grace Hopper', 'Alan Turing', 'Emmy Noether'];
const places = ['Paris', 'London', 'Berlin', 'Warsaw', 'Munich', 'Vienna', 'Oslo', 'Madrid'];
const span = (label: string, text: string, part: string) => {
  const start = [...text.slice(0, text.indexOf(part))].length;
  return { label, start, end: start + [...part].length };
};
const frames = [(person: string, place: string) => `🦊 ${person} visited ${place} on Monday.`, (person: string, place: string) => `In ${place}, ${person} opened an office.`, (person: string, place: string) => `The office in ${place} wrote to ${person}!`];
const rows = frames.flatMap((frame) => people.flatMap((person) => places.map((place) => {
  const text = frame(person, place);
  return { text, spans: [span('person', text, person), span('place', text, place)] };
})));
const options = { num_train_epochs: 3, per_device_train_batch_size: 8, learning_rate: 0.0005, warmup_ratio: 0.1, model_max_length: 64, entity_max_length: 4, marker_max_length: 16 };

describe('span_marker', () => {
  it('finds people and places in sentences that it never saw', async () => {
    const attempt = await shop.train('token_classification', rows, { framework: 'span_marker', model: miniLm, options });
    const { metrics, baseline, per_class } = evaluated(attempt);
    expect(metrics['f1']!).toBeGreaterThan(0.7);
    expect(baseline!['f1']).toBe(0);
    expect(per_class!.map(({ label }) => label)).toEqual(['person', 'place']);
    const text = '🦊 Marie Curie visited London on Monday.';
    const [first] = await predict<SpansPrediction>(attempt.run, [text, '']);
    expect(first!.spans.map(({ label, start, end }) => [label, [...text].slice(start, end).join('')])).toEqual([['person', 'Marie Curie'], ['place', 'London']]);
    for (const { score } of first!.spans) expect(score).toBeGreaterThan(0);
  }, 180_000);

  it('says what it cannot see; its model is whole where it is carried, without the encoder that it began from', async () => {
    const encoder = join(shop.folder, 'encoder');
    await cp(miniLm, encoder, { recursive: true });
    const long = `Ada Augusta King Byron Lovelace ${'went on and on '.repeat(20)}to Paris.`;
    const some = [...rows.slice(0, 8), { text: '\u200b', spans: [] }, { text: long, spans: [span('person', long, 'Ada Augusta King Byron Lovelace'), span('place', long, 'Paris')] }];
    const { run, events, error } = await shop.train('token_classification', some, { framework: 'span_marker', model: encoder, trainSize: 1, options: { ...options, max_steps: 2, model_max_length: 32 } });
    expect(error).toBeUndefined();
    expect(events.flatMap((event) => (event.type === 'log' && event.level === 'warning' ? [event.message] : [])).slice(0, 3)).toEqual([
      '1 training row is left out: the model\'s tokenizer sees no text in it.',
      '1 text is longer than 32 tokens, and cut off there.',
      '1 span has more words than entity_max_length, 4, and cannot be found.',
    ]);
    const carried = join(shop.folder, 'carried');
    await cp(run.folder, carried, { recursive: true });
    for (const gone of [run.folder, encoder]) await rm(gone, { recursive: true });
    expect(await readFile(join(carried, 'config.json'), 'utf8')).not.toContain(shop.folder);
    expect(await notRead(await openRun(carried), [long, '', '\u200b'])).toEqual(['1 text is longer than 32 tokens, and cut off there.']);
    expect((await predict<SpansPrediction>(await openRun(carried), ['\u200b', 'Marie Curie visited London.'])).map(({ spans }) => Array.isArray(spans))).toEqual([true, true]);
  }, 120_000);

  it('reads no pickle, also beside a file of another name that looks like weights', () => {
    const script = `
import pickle, os, shutil, sys
from pathlib import Path
from tasklab_worker.errors import UserError
from tasklab_worker.models import Located
from tasklab_worker.frameworks.span_marker import _load
source, folder = Path(sys.argv[1]), Path(sys.argv[2])
shutil.copytree(source, folder)
(folder / "model.safetensors").rename(folder / "decoy.safetensors")
class Plant:
    def __reduce__(self): return (os.mkdir, (str(folder / "planted"),))
(folder / "pytorch_model.bin").write_bytes(pickle.dumps(Plant()))
try: _load(Located("decoy", str(folder)), {}, labels=["O", "B-person", "I-person"])
except UserError as error: print(error.code)
print((folder / "planted").exists())`;
    const { stdout, stderr } = spawnSync(process.env['TASKLAB_PYTHON_SPAN_MARKER']!, ['-c', script, resolve(miniLm), join(shop.folder, 'decoy')], { encoding: 'utf8', env: { ...process.env, ...pythonVariables } });
    expect(stdout.trim().split('\n'), stderr).toEqual(['model/damaged', 'False']);
  }, 60_000);

  it('takes no model of a hub that is not trusted', async () => {
    await expect(shop.train('token_classification', rows, { framework: 'span_marker', model: 'somebody/encoder' })).rejects.toMatchObject({ code: expect.stringMatching(/trust/), message: expect.stringContaining('somebody/encoder') });
  });
});
