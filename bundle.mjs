// After the compiler: programs that users wait for, each with all that it imports in a few files, so that it starts in half
// the time. Their modules stay beside them in dist/, for types and for who imports one of them alone.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const bundle = join(dist, 'bundle');
const entries = [
  'magics/cli', 'magics/handler', 'magics/valueTable', 'kernel/main', 'kernel/child/main', 'kernel/child/tslab', 'kernel/typescriptWorker', 'kernel/typescript/index',
  'runtime/index', 'runtime/linear/worker', 'runtime/openai/worker', 'runtime/autotrain/worker', 'runtime/trlx/worker',
];

/** Native, found by their place, or so large that they are loaded when they are needed. */
const external = [/^node:/, /^(zeromq|parquet-wasm|jsdom|chevrotain|plotly\.js-dist-min|highlight\.js|sanitize-html|marked|@napi-rs\/canvas|@huggingface\/hub|@huggingface\/tokenizers|onnxruntime-node|openai)(\/|$)/];

/** A module goes on to say that it is where it was. */
const inItsPlace = {
  name: 'in its place',
  transform(code, id) {
    if (!code.includes('import.meta.url') || id.includes('node_modules')) return null;
    const path = relative(root, id).replace(/\.ts$/, '.js');
    return { code: code.replaceAll('import.meta.url', `new URL('../${path}', import.meta.url).href`) };
  },
};

/** Stacks leave the kernel's own files out: they tell them by their names. */
const chunkFileNames = ({ moduleIds }) => (moduleIds.length > 0 && moduleIds.every((id) => id.startsWith(join(root, 'kernel'))) ? 'kernel-[name]-[hash].js' : '[name]-[hash].js');

/** Cells that need what most cells need of TypeScript. */
const typical = [
  '1 + 1',
  'const first = { a: 1, b: "x", f: (x: number) => x + 1 };\nfirst.f(1)',
  'class Point { constructor(public x: number) {}\n  get twice(): number { return 2 * this.x } }\nnew Point(3).twice',
  'interface I { a: number }\ntype T<X> = X extends I ? 1 : 2;\nasync function later<A>(a: A): Promise<A> { await null; return a }\nawait later(1 as T<I>)',
  'for (const x of [1, 2].map((y) => y * 2)) console.log(`${x}`)',
  'import fs from "node:fs";\nfs.existsSync("/")',
];

/** TypeScript is nine megabytes: a small copy, with the code that V8 makes of it, is there in a quarter of the time. */
const ownTypeScript = {
  name: 'own TypeScript',
  resolveId: (source) => (source === 'typescript' ? { id: './typescript.mjs', external: true } : null),
};

/** Of characters that take a byte each, a text takes half the memory. */
const inBytes = (code) => code.replace(/[^\x00-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

rmSync(bundle, { recursive: true, force: true });
const build = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((entry) => [entry.replaceAll('/', '-'), join(root, `${entry}.ts`)])),
  platform: 'node',
  external,
  // The registry is both: at once for the command line, when asked for in a kernel.
  checks: { ineffectiveDynamicImport: false },
  plugins: [inItsPlace, ownTypeScript],
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
});
const { output } = await build.write({
  dir: bundle,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames,
  // Every thread keeps the text of what it loads. Names stay: stacks are read.
  minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
});
for (const { type, fileName, code } of output) if (type === 'chunk') writeFileSync(join(bundle, fileName), inBytes(code));
for (const entry of entries) {
  const up = '../'.repeat(entry.split('/').length - 1);
  const shebang = /^#!.*\n/.exec(readFileSync(join(root, `${entry}.ts`), 'utf8'))?.[0] ?? '';
  writeFileSync(join(dist, `${entry}.js`), `${shebang}export * from '${up}bundle/${entry.replaceAll('/', '-')}.js';\n`);
}
// Read at run time, by their place beside the modules.
for (const folder of ['runtime/python', 'runtime/frameworks/signatures', 'runtime/trlx/python']) {
  rmSync(join(dist, folder), { recursive: true, force: true });
  cpSync(join(root, folder), join(dist, folder), { recursive: true, filter: (path) => !path.includes('__pycache__') });
}
const { languageSchema } = await import(join(dist, 'magics/schema.js'));
// Without the values' own checks, which are functions.
writeFileSync(join(dist, 'magics/schema.json'), JSON.stringify(languageSchema({}), (key, value) => (key === 'values' ? undefined : value)));
await bundleTypeScript();

async function bundleTypeScript() {
  const whole = createRequire(import.meta.url).resolve('typescript');
  const file = join(bundle, 'typescript.cjs');
  const small = await rolldown({ input: whole, platform: 'node', treeshake: false });
  await small.write({ file, format: 'cjs', minify: true });
  const text = inBytes(readFileSync(file, 'utf8'));
  writeFileSync(file, `(function (exports, require, module, __filename, __dirname) {${text}\n})`);
  const loader = join(bundle, 'typescript.mjs');
  writeFileSync(
    loader,
    `import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
const require = createRequire(import.meta.url);
const place = require.resolve('typescript');
const file = fileURLToPath(new URL('./typescript.cjs', import.meta.url));
const cache = file + '.cache';
/** V8 takes the cache only where it made it itself. */
export const script = new vm.Script(readFileSync(file, 'latin1'), {
  filename: file,
  ...(existsSync(cache) && { cachedData: readFileSync(cache) }),
});
const module = { exports: {} };
script.runInThisContext()(module.exports, require, module, place, dirname(place));
export default module.exports;
`,
  );
  const { script } = await import(loader);
  const { TypeScriptCells } = await import(join(dist, 'kernel/typescript/index.js'));
  const cells = new TypeScriptCells({ cwd: dist });
  for (const [i, cell] of typical.entries()) {
    const { errors } = cells.prepare(cell, { id: `cell-${i}.ts` });
    if (errors.length > 0) throw new Error(errors[0].traceback.join('\n'));
    cells.commit();
  }
  writeFileSync(`${file}.cache`, script.createCachedData());
}
