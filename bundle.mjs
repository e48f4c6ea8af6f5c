// After the compiler: programs that users wait for, each with all that it imports in a few files, so that it starts in half
// the time. Their modules stay beside them in dist/, for types and for who imports one of them alone.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const entries = ['magics/cli', 'magics/handler', 'kernel/main', 'kernel/child/main', 'kernel/child/tslab', 'runtime/index', 'runtime/linear/worker'];

/** Native, found by their place, or so large that they are loaded when they are needed. */
const external = [/^node:/, /^(typescript|ts-blank-space|zeromq|parquet-wasm|jsdom|chevrotain|plotly\.js-dist-min|highlight\.js|sanitize-html|marked|@napi-rs\/canvas|@huggingface\/hub)(\/|$)/];

/** A module goes on to say that it is where it was. */
const inItsPlace = {
  name: 'in its place',
  transform(code, id) {
    if (!code.includes('import.meta.url') || id.includes('node_modules')) return null;
    const path = relative(root, id).replace(/\.ts$/, '.js');
    return { code: code.replaceAll('import.meta.url', `new URL('../${path}', import.meta.url).href`) };
  },
};

rmSync(join(dist, 'bundle'), { recursive: true, force: true });
const build = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((entry) => [entry.replaceAll('/', '-'), join(root, `${entry}.ts`)])),
  platform: 'node',
  external,
  // The registry is both: at once for the command line, when asked for in a kernel.
  checks: { ineffectiveDynamicImport: false },
  plugins: [inItsPlace],
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
});
await build.write({ dir: join(dist, 'bundle'), format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });
for (const entry of entries) {
  const up = '../'.repeat(entry.split('/').length - 1);
  const shebang = /^#!.*\n/.exec(readFileSync(join(root, `${entry}.ts`), 'utf8'))?.[0] ?? '';
  writeFileSync(join(dist, `${entry}.js`), `${shebang}export * from '${up}bundle/${entry.replaceAll('/', '-')}.js';\n`);
}
