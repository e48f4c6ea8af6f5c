// Makes a checkout runnable: the locked dependencies and the build, each only where it is missing or out of date.
// Plain JavaScript, because it runs before there is anything to build with.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = ['dsl', 'runtime', 'kernel', 'magics'];

/** @param {string} text */
const say = (text) => process.stderr.write(`tasklab: ${text}\n`);

/**
 * Runs one step in the checkout and ends this process where the step fails.
 * @param {string} command @param {string[]} args
 */
function step(command, args) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  say(`"${[command, ...args].join(' ')}" ${error ? `could not start: ${error.message}` : signal ? `was stopped by ${signal}` : `failed with status ${status}`}`);
  process.exit(signal === 'SIGINT' ? 130 : 1);
}

/** Are the packages of the lock file the ones in node_modules? Optional ones may be missing (other platforms). */
function isInstalled() {
  const installedLock = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || entry.devOptional || installed[path]?.version === entry.version,
  );
}

/** @param {string} folder @returns {number} the newest change below it, in milliseconds */
function newest(folder) {
  return Math.max(
    0,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|py|json|txt)$/.test(file))
      .map((file) => statSync(join(folder, file)).mtimeMs),
  );
}

function isBuilt() {
  const stamp = join(root, 'dist/.tsbuildinfo');
  if (!existsSync(stamp) || !existsSync(join(root, 'dist/magics/cli.js'))) return false;
  const built = statSync(stamp).mtimeMs;
  const bundled = join(root, 'dist/bundle/magics-cli.js');
  if (!existsSync(bundled) || statSync(bundled).mtimeMs < built) return false;
  return sources.every((folder) => newest(join(root, folder)) <= built) && statSync(join(root, 'tsconfig.json')).mtimeMs <= built;
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  say(`Node ${process.versions.node} is too old; tasklab needs Node 20.19 or later.`);
  process.exit(1);
}
if (!isInstalled()) {
  say('installing the dependencies of package-lock.json (npm ci, about 600 MB; half a minute) …');
  step('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
}
if (!isBuilt()) {
  say('building (TypeScript, some seconds) …');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  step(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.json')]);
  step(process.execPath, [join(root, 'bundle.mjs')]);
}
// npm links the commands of dependencies, not of the package itself: this makes "npx tasklab" work in a checkout.
const command = join(root, 'node_modules/.bin/tasklab');
chmodSync(join(root, 'dist/magics/cli.js'), 0o755);
if (!existsSync(command)) {
  rmSync(command, { force: true });
  symlinkSync('../../dist/magics/cli.js', command);
}
