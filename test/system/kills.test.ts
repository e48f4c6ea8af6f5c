import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FeedbackDataset, LabelQuestion, TextField, writeFolder } from '../../runtime/index.js';
import { Random } from '../../runtime/random/random.js';
import { cli, tasklab, workFolder } from './tasklab.js';

const program = 'dataset d from folder "set"\ntask t: text_classification on d { text = text; label = label; stratify = true }\n';

async function folderWithData(records: number): Promise<string> {
  const folder = workFolder({ 't.task': program });
  const empty = new FeedbackDataset({ fields: [new TextField({ name: 'text' })], questions: [new LabelQuestion({ name: 'label', labels: ['yes', 'no'] })] });
  const made = Array.from({ length: records }, (_, i) => ({ fields: { text: `text ${i} ${'lorem ipsum '.repeat(30)}` }, responses: ['a', 'b', 'c'].map((annotator, k) => ({ annotator, values: { label: (i + k) % 3 ? 'yes' : 'no' } })) }));
  await writeFolder(join(folder, 'set'), await empty.addRecords(made));
  return folder;
}

/** Every folder under its final name is whole: its files are what its manifest says. */
function wholeFolders(folder: string): string[] {
  const prepared = join(folder, '.tasklab', 'prepared');
  const names = existsSync(prepared) ? readdirSync(prepared).filter((name) => /^[0-9a-f]{32}$/.test(name)) : [];
  for (const name of names) {
    const { files } = JSON.parse(readFileSync(join(prepared, name, 'manifest.json'), 'utf8')) as { files: Record<string, { sha256: string }> };
    for (const [file, { sha256 }] of Object.entries(files)) expect(createHash('sha256').update(readFileSync(join(prepared, name, file))).digest('hex')).toBe(sha256);
  }
  return names;
}

const rounds = process.env.TASKLAB_LONG ? 200 : 10;

describe('prepare is killed', () => {
  it(`at ${rounds} random moments: no half file is taken for a whole one, and the next run is as if nothing had been`, async () => {
    const folder = await folderWithData(4000);
    const args = ['prepare', 't.task', 't', '--train-size', '0.8', '--format', 'jsonl'];
    const began = performance.now();
    const undisturbed = await tasklab(folder, args);
    const duration = performance.now() - began;
    expect(undisturbed.status).toBe(0);
    const random = new Random([1, 1, 2, 3]);
    let interrupted = 0;
    for (let round = 0; round < rounds; round++) {
      rmSync(join(folder, '.tasklab'), { recursive: true, force: true });
      const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env: { ...process.env, TASKLAB_HOME: join(folder, '.tasklab') }, stdio: 'ignore' });
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
      // Most of them while it reads and writes, some before.
      const timer = setTimeout(() => child.kill('SIGKILL'), duration * (0.3 + 0.7 * random.next()));
      if ((await ended) === 'SIGKILL') interrupted++;
      clearTimeout(timer);
      wholeFolders(folder);
      if (round % 5 === 0) {
        expect((await tasklab(folder, args)).stdout).toBe(undisturbed.stdout);
        expect(wholeFolders(folder)).toHaveLength(1);
      }
    }
    expect(interrupted).toBeGreaterThan(rounds / 3);
  }, 600_000);
});

describe('a disk that takes no more', () => {
  it('is said with a code, and leaves nothing that looks prepared', async () => {
    const folder = await folderWithData(3000);
    // A limit on the size of a file: what a full disk is to whoever writes.
    const run = spawnSync('bash', ['-c', `ulimit -f 200; exec "${process.execPath}" "${cli}" prepare t.task t`], { cwd: folder, env: { ...process.env, TASKLAB_HOME: join(folder, '.tasklab') }, encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('data/cannot-write');
    expect(run.stderr).toContain('hint: Free some space or write elsewhere.');
    expect(readdirSync(join(folder, '.tasklab', 'prepared'))).toEqual([]);
    expect((await tasklab(folder, ['prepare', 't.task', 't'])).status).toBe(0);
  }, 60_000);

  it('or a file where the folder should be, the same', async () => {
    const folder = await folderWithData(10);
    mkdirSync(join(folder, '.tasklab'));
    writeFileSync(join(folder, '.tasklab', 'prepared'), '');
    const { status, stderr } = await tasklab(folder, ['prepare', 't.task', 't']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error [a-z]+\/[a-z-]+\n.*prepared/);
  }, 60_000);
});
