// From a folder in the hub's layout to prepared rows on disk, start of the process included; beside Argilla 1.29.1 in the same run.
//   npm run bench                                  1k, 10k, 100k and 1M records; Argilla up to 100k (that takes half an hour)
//   npm run bench -- --sizes 1k,10k --argilla 10k  some sizes; Argilla up to 10k, 0 leaves it out
//   npm run bench -- --runs 5 --folder /tmp/bench  medians of 5; where folders are kept for the next time
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFolderOnce } from './folders.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1k,10k,100k,1M' },
    argilla: { type: 'string', default: '100k' },
    runs: { type: 'string', default: '3' },
    folder: { type: 'string', default: here('../../.cache/bench') },
  },
});
const count = (text) => Math.round(Number.parseFloat(text) * ({ k: 1e3, M: 1e6 }[text.at(-1)] ?? 1));
const sizes = options.sizes.split(',');

/** The two headline jobs, and programs of other shapes over the same folders. */
const jobs = {
  tc: { title: 'text classification by majority', data: 'feedback', task: 'tc: text_classification on data { text = text; label = label by majority }' },
  sft: {
    title: 'SFT with a template',
    data: 'feedback',
    task: 'sft: supervised_fine_tuning on data { for each response { text = "### Instruction: {text}\\n\\n### Response: {answer}" } }',
  },
};
const shapes = {
  'filters and pipes': { data: 'feedback', task: 't: text_classification on data { let short = text | trim | lower; let first = short[0:200]; text = first; label = label by majority; where length(first) > 10 and not ("zzz" in first) }' },
  'suggestions as fallback': { data: 'feedback', task: 't: text_classification on data { text = text; label = label by majority(ties: drop) ?? suggestion.label }' },
  disagreement: { data: 'feedback', task: 't: text_classification on data { text = text; label = label by disagreement }' },
  'rankings to pairs': { data: 'rankings', task: 't: reward_modeling on data { for each pair (better, worse) in order by mean { chosen = "{text} {better}"; rejected = "{text} {worse}" } }' },
  'a TypeScript function': {
    data: 'feedback',
    task: 't: text_classification on data using "./format.ts#rows"',
    file: { name: 'format.ts', text: "export const rows = ({ fields, responses }: any) => responses.filter((r: any) => r.status === 'submitted').map((r: any) => ({ text: fields.text, label: r.values.label }));\n" },
  },
};

mkdirSync(options.folder, { recursive: true });
console.log(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}; medians of ${options.runs}; seconds of the whole process, peak memory of it`);
const argilla = count(options.argilla) > 0 ? pythonWithArgilla() : undefined;
for (const [job, { title, data, task }] of Object.entries(jobs)) {
  console.log(`\n${title}`);
  console.log('records      rows     tasklab            Argilla as shipped            Argilla, rows decoded once');
  for (const size of sizes) {
    const folder = await folderOf(data, size);
    const ours = await tasklab(folder, task);
    const measured = argilla && count(size) <= count(options.argilla);
    const theirs = measured ? [await rowsOfArgilla(job, folder, false), await rowsOfArgilla(job, folder, true)] : [];
    const cells = theirs.map(({ seconds, mb }) => `${seconds.toFixed(1)} s ${mb} MB = ${(seconds / ours.seconds).toFixed(0)} times`.padEnd(30));
    console.log(`${size.padStart(7)} ${String(ours.rows).padStart(9)}     ${`${ours.seconds.toFixed(2)} s ${ours.mb} MB`.padEnd(18)} ${cells.join('') || (measured ? '' : 'not run')}`);
  }
}
const size = sizes.includes('100k') ? '100k' : sizes.at(-1);
console.log(`\nother shapes, ${size} records: rows and drops a second`);
for (const [title, { data, task, file }] of Object.entries({ 'text classification by majority': jobs.tc, 'SFT with a template': jobs.sft, ...shapes })) {
  const { seconds, mb, candidates } = await tasklab(await folderOf(data, size), task, file);
  console.log(`${title.padEnd(34)} ${String(Math.round(candidates / seconds)).padStart(9)}   ${seconds.toFixed(2)} s ${mb} MB`);
}

async function folderOf(data, size) {
  const path = join(options.folder, `${data}-${size}`);
  await writeFolderOnce(path, data, count(size));
  return path;
}

/** The command line, with nothing cached. */
async function tasklab(folder, task, file) {
  const name = task.split(':')[0];
  const work = join(options.folder, 'work');
  const runs = [];
  for (let i = 0; i < Number(options.runs); i++) {
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
    if (file) writeFileSync(join(work, file.name), file.text);
    writeFileSync(join(work, 'bench.task'), `dataset data from folder "${folder}"\ntask ${task}\n`);
    const args = ['--import', here('peak.mjs'), here('../../dist/magics/cli.js'), 'prepare', 'bench.task', name];
    runs.push(await measured(process.execPath, args, { cwd: work, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] }, 3));
  }
  const [prepared] = readdirSync(join(work, '.tasklab/prepared'));
  const { counts } = JSON.parse(readFileSync(join(work, '.tasklab/prepared', prepared, 'manifest.json'), 'utf8'));
  const [median] = runs.sort((a, b) => a.seconds - b.seconds).slice(runs.length >> 1);
  return { seconds: median.seconds, mb: Math.max(...runs.map(({ said }) => Number(said))), rows: counts.rows, candidates: counts.candidates };
}

/** Once: it is slow enough to be measured well. */
async function rowsOfArgilla(job, folder, memo) {
  const out = join(options.folder, 'argilla');
  for (const path of [out, `${out}-cache`]) rmSync(path, { recursive: true, force: true });
  const env = { ...process.env, ...(memo && { MEMO: '1' }) };
  const { seconds, said } = await measured(argilla, [here('argilla_rows.py'), job, folder, out], { env, stdio: ['ignore', 'pipe', 'ignore'] }, 1);
  return { seconds, ...JSON.parse(said.trim().split('\n').at(-1)) };
}

/** Runs a process to its end; what it says on one of its descriptors comes along. */
function measured(command, args, settings, descriptor) {
  const begin = performance.now();
  const child = spawn(command, args, settings);
  let said = '';
  child.stdio[descriptor].on('data', (piece) => (said += piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? undefined : reject(new Error(`${command} ${args.join(' ')} ended with ${code}`))));
    child.on('close', () => resolve({ seconds: (performance.now() - begin) / 1000, said }));
  });
}

/** An environment with Argilla in the bench's folder, made where there is none. */
function pythonWithArgilla() {
  const venv = join(options.folder, 'python');
  const python = join(venv, 'bin/python');
  if (existsSync(join(venv, 'whole'))) return python;
  console.log('installing Argilla 1.29.1 and what it ran on (some minutes) …');
  const steps = [['python3', '-m', 'venv', venv], [python, '-m', 'pip', 'install', '-q', 'torch==2.13.0'], [python, '-m', 'pip', 'install', '-q', '-r', here('requirements.txt')]];
  for (const [command, ...args] of steps) {
    if (spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0) continue;
    console.log(`Argilla is left out: ${command} ${args.join(' ')} failed`);
    return undefined;
  }
  writeFileSync(join(venv, 'whole'), '');
  return python;
}
