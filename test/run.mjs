// The whole suite on a bare checkout: installs what is missing, says so, and runs every test.
//   npm test                 everything
//   npm run test:unit        the quick part: no kernel, no Python, no browser
//   npm run test:long        soaks and large fuzzing as well
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (text) => process.stderr.write(`test: ${text}\n`);
const run = (command, args, options = {}) => spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
const environment = { ...process.env };

/** A Python of the tests' own in `.cache/python`: built aside and renamed, so that half of one is never used. */
function python() {
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
    if (run('python3', ['-m', 'venv', folder]).status !== 0 || run(...pip).status !== 0) {
      return say('the Python packages could not be installed: tests that compare with Python are skipped');
    }
    writeFileSync(`${stamp}.new`, wanted);
    renameSync(`${stamp}.new`, stamp);
  }
  environment.TASKLAB_TEST_PYTHON = join(folder, 'bin/python');
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
  python();
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
