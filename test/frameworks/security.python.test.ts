/** What hostile models, failing machines and impatient people do to Python workers. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { predict } from '../../runtime/frameworks/index.js';
import type { LabelPrediction } from '../../runtime/frameworks/model.js';
import { pythonVariables } from '../../runtime/launch/python.js';
import type { RunEvent } from '../../runtime/run/event.js';
import { openRun } from '../../runtime/run/store.js';
import { commitOf, startHub, type LoopbackHub } from '../hub/loopbackHub.js';
import { missing, model, workshop } from './training.js';

const why = missing('core');
const shop = workshop();
beforeEach(({ skip }) => skip(Boolean(why), String(why)));

const rows = ['parcel', 'invoice', 'camera', 'battery', 'film', 'book'].flatMap((thing) => ['late', 'lost', 'twice', 'great', 'lovely', 'easy'].map((word, i) => ({ text: `The ${thing} was ${word}.`, label: i < 3 ? 'bad' : 'good' })));
const quick = { max_steps: 2, eval_strategy: 'no' };
const python = process.env['TASKLAB_PYTHON']!;

/** Runs a program as a person does who has Python and no Node. */
async function bare(args: readonly string[], { env = {} }: { readonly env?: NodeJS.ProcessEnv } = {}) {
  const child = spawn(python, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], OMP_WAIT_POLICY: 'PASSIVE', GOMP_SPINCOUNT: '0', ...pythonVariables, ...env }, timeout: 100_000,
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>]);
  return { stdout, stderr, status };
}
const hostileModels = resolve('test/python/hostile_models.py');
const eventsOf = async (folder: string): Promise<RunEvent[]> => (await readFile(join(folder, 'tasklab/events.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as RunEvent);

describe('broken and hostile models in folders', () => {
  it('are told apart, and nothing that they hold runs', async () => {
    const folder = join(shop.folder, 'hostile');
    const { stdout, stderr } = await bare([hostileModels, folder, model('tiny')]);
    expect(stdout, stderr).not.toBe('');
    const told = JSON.parse(stdout) as Record<string, string>;
    const codes = Object.fromEntries(Object.entries(told).map(([name, text]) => [name, text.split(': ')[0]]));
    expect(codes).toEqual({
      'pytorch-only': 'model/no-safetensors',
      'pickle-only': 'model/no-safetensors',
      'pickled-adapter': 'model/no-safetensors',
      'adapter-beside-model': 'model/no-safetensors',
      'pickle-beside': 'loads',
      'own-code': 'model/needs-trust',
      // Transformers' own code and tokenizer stand in for theirs.
      'own-code-of-known-kind': 'loads',
      'tokenizer-code': 'loads',
      'generation-code': 'loads',
      'no-config': 'model/no-config',
      'no-weights': 'model/no-weights',
      'no-tokenizer': 'model/no-tokenizer',
      'broken-config': 'model/damaged',
      'broken-weights': 'model/damaged',
      'broken-tokenizer': 'model/damaged',
      'other-sizes': 'model/damaged',
      'other-weights': 'model/damaged',
      'unknown-kind': 'model/wrong-kind',
      encoder: 'model/wrong-kind',
      'language-model': 'loads',
      'adapter-of-nothing': 'model/no-base',
      'adapter-of-itself': 'model/no-base',
    });
    expect(told['encoder']).toBe('model/wrong-kind: The model "encoder" is of another kind than the task needs: bert reads texts, and does not write them.');
    expect(await readdir(folder)).not.toContain('planted');
  });
});

describe('models of a hub', () => {
  const token = 'Zm9yIHRlc3RzIGFsb25l';
  const secret = 'the-parents-own-secret';
  let hub: LoopbackHub;
  let folder = '';
  let planted = '';
  const before = { ...process.env };

  beforeAll(async () => {
    if (why) return;
    folder = await mkdtemp(join(tmpdir(), 'tasklab-hub-'));
    planted = join(folder, 'planted');
    await cp(model('tiny/bert'), join(folder, 'hub/shop/plain'), { recursive: true });
    await writeFile(join(folder, 'hub/shop/plain/pytorch_model.bin'), 'a pickle');
    await cp(model('tiny/bert'), join(folder, 'hub/shop/private-one'), { recursive: true });
    const script = 'import sys; from pathlib import Path; sys.argv = ["", sys.argv[1], ""]; sys.path.insert(0, "test/python"); import hostile_models as h; [h.plant_code(Path(one), Path(sys.argv[1]), m) for one, m in PLACES]';
    const places = ['code', 'borrows'].map((name) => join(folder, 'hub/shop', name));
    for (const place of places) await cp(model('tiny/bert'), place, { recursive: true });
    const maps = `[(${JSON.stringify(places[0])}, h.AUTO_MAP), (${JSON.stringify(places[1])}, {k: "shop/plain--" + v for k, v in h.AUTO_MAP.items()})]`;
    const made = spawnSync(python, ['-c', script.replace('PLACES', maps), planted], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(made.stderr);
    hub = await startHub(join(folder, 'hub'), { token: 'another', echo: true });
    Object.assign(process.env, { HF_ENDPOINT: hub.url, HF_HOME: join(folder, 'cache'), XDG_STATE_HOME: join(folder, 'state'), HF_TOKEN: token, TASKLAB_TEST_SECRET: secret, AWS_SECRET_ACCESS_KEY: secret, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' });
    delete process.env['HF_HUB_OFFLINE'];
  });
  afterEach(() => rm(planted, { force: true }));
  afterAll(async () => {
    for (const name of Object.keys(process.env)) if (!Object.hasOwn(before, name)) delete process.env[name];
    Object.assign(process.env, before);
    await hub?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const train = (repository: string, more: object = {}, given = rows) => shop.train('text_classification', given, { framework: 'transformers', model: repository, options: quick, ...more });

  it('are downloaded without what is not read, and remembered by their commit', async () => {
    const { run, events, error } = await train('shop/plain');
    expect(error).toBeUndefined();
    expect(events).toContainEqual(expect.objectContaining({ type: 'log', message: `The model "shop/plain" is at commit ${commitOf('shop/plain')}.` }));
    expect(hub.requests.filter((request) => request.includes('.safetensors'))).not.toEqual([]);
    expect(hub.requests.filter((request) => /\.bin|\.py$/.test(request))).toEqual([]);
    expect(await run.status()).toBe('finished');
  });

  it('run no code of their own', async () => {
    const { error } = await train('shop/code');
    expect(error).toMatchObject({ code: 'model/needs-trust', hint: expect.stringContaining('trust = "organization/name@COMMIT"') });
    await expect(readFile(planted)).rejects.toThrow();
  });

  it('run the code of one repository at the commit that is trusted, in an environment without secrets, and that alone', async () => {
    const trust = (repository: string) => ({ trust: `${repository}@${commitOf(repository)}` });
    // A label may be called what it likes, and is said as it is.
    const tokenLike = 'ghp_0123456789abcdefghij';
    const { run, error } = await train('shop/code', trust('shop/code'), rows.map((row) => ({ ...row, label: row.label === 'good' ? tokenLike : 'hf_abcdefghijklmnop' })));
    expect(error).toBeUndefined();
    expect((await run.manifest()).labels!.toSorted()).toEqual([tokenLike, 'hf_abcdefghijklmnop'].sort());
    const seen = JSON.parse(await readFile(planted, 'utf8')) as Record<string, string>;
    expect(seen['TASKLAB_TEST_SECRET'] ?? seen['AWS_SECRET_ACCESS_KEY']).toBeUndefined();
    expect(Object.values(seen)).not.toContain(secret);
    expect(seen['HF_ENDPOINT']).toBe(hub.url);
    const [said] = await predict<LabelPrediction>(run, ['The film was great.']);
    expect(Object.keys(said!.scores).sort()).toEqual([tokenLike, 'hf_abcdefghijklmnop'].sort());
    expect(said!.scores).toHaveProperty(said!.label as string);
    await rm(planted);

    // A folder from elsewhere holds code and a job that trusts it just as well.
    const stranger = join(folder, 'stranger-1');
    await cp(run.folder, stranger, { recursive: true });
    await expect(predict(await openRun(stranger), ['The film was great.'])).rejects.toMatchObject({ code: 'model/needs-trust' });
    for (const model of [stranger, await openRun(stranger)]) expect((await shop.train('text_classification', rows, { framework: 'transformers', model, options: quick })).error).toMatchObject({ code: 'model/needs-trust' });
    await expect(readFile(planted)).rejects.toThrow();
    expect((await shop.train('text_classification', rows, { framework: 'transformers', model: run, options: quick })).error).toBeUndefined();
    await rm(planted);

    const { HF_ENDPOINT, HF_HOME, NO_PROXY } = process.env;
    const names = ['shop/nowhere', `shop/borrows@${commitOf('shop/borrows')}`, `shop/code@${'0'.repeat(40)}`];
    const { stdout, stderr } = await bare([hostileModels, folder, model('tiny'), ...names], { env: { HF_ENDPOINT, HF_HOME, NO_PROXY } });
    expect(stdout, stderr).not.toBe('');
    expect(Object.values(JSON.parse(stdout) as object)).toEqual([
      expect.stringContaining('model/not-found: There is no repository "shop/nowhere"'),
      'model/needs-trust: The model "shop/borrows" takes code from another repository, "shop/plain", which does not run.',
      expect.stringContaining('model/not-found: The repository "shop/code" has no revision "0000'),
    ]);
    await expect(readFile(planted)).rejects.toThrow();
  });

  it('never make a worker tell a token, whatever a hub answers', async () => {
    const { run, events, error } = await train('shop/private-one');
    expect(error).toMatchObject({ code: 'model/no-access', hint: expect.stringContaining('HF_TOKEN') });
    expect(String((error as Error).message)).toContain('Bearer ••••••');
    const files = await readdir(run.folder, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) expect(await readFile(join(file.parentPath, file.name), 'latin1'), file.name).not.toContain(token);
    expect(JSON.stringify(events)).not.toContain(token);
    expect(await run.logs()).toContain('••••••');
  });
});

describe('a Python worker', () => {
  const long = { framework: 'transformers', options: { max_steps: 100_000, eval_strategy: 'no', logging_steps: 1000 } } as const;

  it('stops within seconds when it is asked to; its job trains elsewhere without Node', async () => {
    let asked = 0;
    const stopped = await shop.train('text_classification', rows, { ...long, model: model('tiny/bert'), during: (event, stop) => {
      if (event.type === 'progress' && !asked) [asked] = [Date.now(), stop()];
    } });
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect([stopped.error, stopped.events.at(-1)!.type, await stopped.run.status()]).toEqual([undefined, 'stopped', 'stopped']);
    expect(await readdir(stopped.run.folder)).toEqual(['tasklab']);

    const [carried, out] = ['carried', 'output'].map((name) => join(shop.folder, name)) as [string, string];
    await cp(stopped.run.jobFolder, carried, { recursive: true });
    const job = JSON.parse(await readFile(join(carried, 'job.json'), 'utf8')) as { options: object };
    await writeFile(join(carried, 'job.json'), JSON.stringify({ ...job, options: { ...job.options, max_steps: 2 } }));
    const done = await bare(['-m', 'tasklab_worker', carried, '--output', out]);
    expect(done.status, done.stderr).toBe(0);
    expect((await eventsOf(out)).at(-1)!.type).toBe('finished');
    expect((await predict<LabelPrediction>(await openRun(out), ['The film was great.']))[0]!.label).toMatch(/bad|good/);
    expect(await bare(['-m', 'tasklab_worker', carried])).toMatchObject({ status: 1, stderr: expect.stringContaining('error run/moved-job') });
  });

  it('is known to be lost when it is killed', async () => {
    const killed = await shop.train('text_classification', rows, { ...long, name: 'killed', model: model('tiny/bert'), during: (event) => {
      if (event.type !== 'progress') return;
      const { process: worker } = JSON.parse(readFileSync(join(shop.folder, 'runs/killed-1/tasklab/worker.json'), 'utf8')) as { process: { pid: number } };
      process.kill(worker.pid, 'SIGKILL');
    } });
    expect(killed.error).toMatchObject({ code: 'run/lost', hint: expect.stringContaining('It was killed') });
    expect(await killed.run.status()).toBe('lost');
  });
});
