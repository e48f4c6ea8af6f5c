// This kernel beside ipykernel, tslab and Deno, in one run, as a front end meets them (jupyter_client).
//   npm run bench:kernel                                  all of it; about a quarter of an hour
//   npm run bench:kernel -- --rounds 3 --cells 1,50,200   fewer starts and cells
//   npm run bench:kernel -- --only tasklab,ipykernel --folder /tmp/bench
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installKernelspec } from '../../dist/kernel/client/index.js';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    cells: { type: 'string', default: '1,200,1600' },
    only: { type: 'string' },
    folder: { type: 'string', default: here('../../.cache/bench-kernel') },
  },
});
const cells = options.cells.split(',').map(Number);
const versions = { ipykernel: '7.4.0', deno: '2.9.6' };

/** Every kernel by its title: how it is installed, and what the measurements need to know of it. */
const kernels = {
  tasklab: { language: 'typescript', install: () => installKernelspec({ prefix: options.folder }) },
  'tasklab, %typecheck off': { name: 'tasklab', language: 'typescript', prelude: '%typecheck off', brief: true },
  ipykernel: { name: 'python3', language: 'python' },
  tslab: { language: 'tslab', install: () => kernelspec('tslab', [process.execPath, createRequire(import.meta.url).resolve('tslab/bin/tslab'), 'kernel', '--config-path', '{connection_file}']) },
  deno: { language: 'deno', install: installDeno },
};

mkdirSync(options.folder, { recursive: true });
const python = pythonWithIpykernel();
const cases = [];
for (const [title, { install, ...about }] of Object.entries(kernels)) {
  if (options.only && !options.only.split(',').some((name) => title.startsWith(name))) continue;
  try {
    await install?.();
    cases.push({ title, name: title, ...about });
  } catch (error) {
    console.log(`${title} is left out: ${error.message}`);
  }
}
const load = () => loadavg()[0].toFixed(1);
console.log(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}, ipykernel ${versions.ipykernel}, Deno ${versions.deno}; load ${load()}`);
const file = join(options.folder, 'cases.json');
writeFileSync(file, JSON.stringify({ cases, cells, rounds: Number(options.rounds) }));
// Kernels run in an empty folder: one that looks for packages or tests finds none of ours.
const work = join(options.folder, 'work');
mkdirSync(work, { recursive: true });
const env = { ...process.env, JUPYTER_PATH: join(options.folder, 'share/jupyter'), DENO_DIR: join(options.folder, 'deno-cache'), DENO_NO_UPDATE_CHECK: '1' };
const measured = run(python, [here('kernel.py'), file], { cwd: work, env, stdio: ['ignore', 'pipe', 'inherit'] });
table(JSON.parse(measured));

/** Rows as the measurements come to be read: a front end's user waits for the first ones most often. */
function table(results) {
  const number = (value, digits = 0) => (typeof value === 'number' ? value.toFixed(digits) : (value ?? '–'));
  const pair = (values) => values?.map((value) => number(value, 1)).join(' / ') ?? '–';
  const rows = [
    ['start to first cell, s', (r) => number(r.first_cell_s, 2)],
    ['N+1, p50 / p95, ms', (r) => pair(r.short_ms)],
    ...cells.map((n) => [`N+1 after ${n} cells, ms`, (r) => number(r.after_ms?.[n], 1)]),
    ['memory a cell, KB', (r) => number(r.growth_kb)],
    ['first import, at once, ms', (r) => number(r.import_at_once_ms)],
    ['first import, after 3 s, ms', (r) => number(r.import_idle_ms)],
    ['10,000 lines, s', (r) => (r.lines_in_time === undefined ? '–' : r.lines_in_time < 1 ? `${Math.round(100 * r.lines_in_time)} % before idle` : number(r.lines_s, 2))],
    ['5 MB display, ms', (r) => number(r.display_ms)],
    ['2e7 loop, top level, ms', (r) => number(r.loop_ms)],
    ['2e7 loop, in a function, ms', (r) => number(r.function_ms)],
    ['first completion, ms', (r) => number(r.first_completion_ms)],
    ['completion, ms', (r) => number(r.completion_ms)],
    ['heartbeat, worst, busy, ms', (r) => number(r.heartbeat_ms, 1)],
    ['interrupt of a loop, ms', (r) => number(r.interrupt_ms)],
    ['memory idle, MB', (r) => number(r.idle_mb)],
    ['after the first completion, MB', (r) => number(r.completed_mb)],
  ];
  const titles = Object.keys(results).filter((title) => !results[title].left_out);
  const widths = titles.map((title) => Math.max(title.length, 15) + 2);
  const line = (first, rest) => console.log(first.padEnd(32) + rest.map((text, i) => text.padStart(widths[i])).join(''));
  line('', titles);
  for (const [name, value] of rows) line(name, titles.map((title) => value(results[title])));
  console.log(`2e7 loop in a function of Node itself: ${number(loopOfNode())} ms; load at the end ${load()}`);
}

/** The same function, in a file that Node runs. */
function loopOfNode() {
  const code = 'function f() { let s = 0; for (let i = 0; i < 2e7; i++) s += i; return s } const t = performance.now(); f(); console.log(performance.now() - t)';
  return Number(run(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] }));
}

function kernelspec(name, argv) {
  const folder = join(options.folder, 'share/jupyter/kernels', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'kernel.json'), JSON.stringify({ argv, display_name: name, language: 'typescript' }));
}

function installDeno() {
  const folder = join(options.folder, 'deno');
  const program = join(folder, 'node_modules/.bin/deno');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    run('npm', ['install', '--no-audit', '--no-fund', '--silent', '--prefix', folder, `deno@${versions.deno}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  }
  run(program, ['--version'], { stdio: ['ignore', 'ignore', 'pipe'] });
  kernelspec('deno', [program, 'jupyter', '--kernel', '--conn', '{connection_file}']);
}

/** An environment in the bench's folder, made where there is none. */
function pythonWithIpykernel() {
  const venv = join(options.folder, 'python');
  const program = join(venv, 'bin/python');
  if (existsSync(join(venv, 'whole'))) return program;
  console.log('installing ipykernel …');
  run('python3', ['-m', 'venv', venv], { stdio: ['ignore', 'ignore', 'inherit'] });
  run(program, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', `ipykernel==${versions.ipykernel}`, 'jupyter_client==8.10.0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  writeFileSync(join(venv, 'whole'), '');
  return program;
}

/** What a program says; throws where it fails. */
function run(command, args, settings) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26, ...settings });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}${stderr ? `: ${stderr.trim().split('\n').at(-1)}` : ''}`);
  return stdout;
}
