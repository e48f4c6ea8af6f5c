/** Tasks by TypeScript functions: of the notebook, and of files. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { run } from '../kernel/session.js';
import { root, tasklab, workFolder } from './tasklab.js';

const format = `import type { Sample } from 'tasklab';
import { Mark, shown } from './lib/marks.js';

export function* rows({ text, responses }: Sample) {
  for (const { annotator, values } of responses) if (values.topic === 'billing') yield { text: Mark.open + shown(text) };
}
export const wrong = ({ text }: Sample) => ({ txt: text as string });
`;
const marks = "export enum Mark { open = '> ' }\nexport const shown = (text: string): string => text.slice(0, 12);\n";
const dataset = 'dataset messages from folder "messages"\n';

function folderWith(program: string): string {
  const folder = workFolder({ 'format.ts': format, 'a.task': `${dataset}${program}` });
  cpSync(join(root, 'notebooks/data/messages'), join(folder, 'messages'), { recursive: true });
  cpSync(join(folder, 'format.ts'), join(folder, 'lib/unused.ts'));
  writeFileSync(join(folder, 'lib/marks.ts'), marks);
  return folder;
}

describe('on the command line', () => {
  it('a file exports the function, with TypeScript of its own below it', async () => {
    const folder = folderWith('task short: sft on messages using "./format.ts#rows"\n');
    const { status, stdout, stderr } = await tasklab(folder, ['prepare', 'a.task', 'short', '--format', 'jsonl']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe('{"text":"> The discount"}');
    writeFileSync(join(folder, 'lib/marks.ts'), marks.replace('> ', '>> '));
    expect((await tasklab(folder, ['prepare', 'a.task', 'short', '--format', 'jsonl'])).stdout.split('\n')[0]).toBe('{"text":">> The discount"}');
  });

  it.each([
    ['no such export', 'using "./format.ts#row"', 'task/no-function', 'hint: Did you mean "rows"?'],
    ['no such file', 'using "./fromat.ts#rows"', 'data/no-file', 'there is no such file'],
    ['a notebook is needed', 'using rows', 'task/no-function', 'using "./format.ts#rows"'],
    ['another shape', 'using "./format.ts#wrong"', 'data/format-shape', 'hint: Did you mean "text"?'],
  ])('it says: %s', async (_, using, code, hint) => {
    const { status, stderr } = await tasklab(folderWith(`task t: sft on messages ${using}\n`), ['prepare', 'a.task', 't']);
    expect([status, stderr]).toEqual([1, expect.stringContaining(`error ${code}`)]);
    expect(stderr).toContain(hint);
  });

  it('it says where a file is no TypeScript', async () => {
    const folder = folderWith('task t: sft on messages using "./format.ts#rows"\n');
    writeFileSync(join(folder, 'lib/marks.ts'), `${marks}const x: = 3;\n`);
    expect((await tasklab(folder, ['prepare', 'a.task', 't'])).stderr).toMatch(/task\/module-failed\n.*marks\.ts:3:10 Type expected/);
  });

  it('check compares its type with the rows of the kind, and looks at the file itself', async () => {
    const folder = folderWith('task a: sft on messages using "./format.ts#rows"\ntask b: sft on messages using "./format.ts#wrong"\ntask c: text_classification on messages using "./other.ts#rows"\ntask d: sft on messages using "./format.ts#nothing"\n');
    writeFileSync(join(folder, 'other.ts'), "import type { Sample } from 'tasklab';\nexport const rows = (sample: Sample) => [{ text: 'x', label: sample.fields.text! }, { text: 'y', label: 3 }];\nconst n: number = 'three';\n");
    const { status, stderr, stdout } = await tasklab(folder, ['check', 'a.task', '--json']);
    expect(status).toBe(1);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { file: string; code: string; start: { line: number; column: number }; message: string }[] };
    expect(diagnostics.map(({ file, code, start }) => `${file}:${start.line}:${start.column} ${code}`)).toEqual([
      'a.task:3:31 type/function', 'a.task:4:47 type/function', 'a.task:5:31 type/function', 'other.ts:3:7 TS2322',
    ]);
    expect(diagnostics[0]!.message).toContain('txt');
    expect(stderr).toContain('3 | task b: sft on messages using "./format.ts#wrong"');
    expect(stderr).toContain("Type 'string' is not assignable to type 'number'.");
  });
});

describe('in a notebook', () => {
  const folder = folderWith('');
  let kernel: KernelClient;
  beforeAll(async () => {
    kernel = await KernelClient.start({ cwd: folder });
  });
  afterAll(() => kernel.shutdown());
  const cell = (code: string) => run(kernel, code);

  it('a function of a cell makes the rows', async () => {
    await cell("import type { Sample } from 'tasklab';\nconst shorten = async ({ text }: Sample) => ({ text: (text as string).slice(0, 5) });");
    expect((await cell(`%%task\n${dataset}task short: sft on messages using shorten`)).reply.status).toBe('ok');
    expect((await cell('const prepared = %prepare short\nprepared.train.at(0)')).result).toContain('The d');
  });

  it('a function that makes other rows is refused before anything runs, where the program names it', async () => {
    await cell("const other = ({ text }: Sample) => ({ txt: text as string });");
    const { reply } = await cell('%%task\n// 😀\ntask wrong: sft on messages using other\ntask fine: sft on messages using shorten');
    expect(reply).toMatchObject({ status: 'error', ename: 'TypeScriptError' });
    const shown = (reply['traceback'] as string[]).join('\n');
    expect(shown).toContain('3 | task wrong: sft on messages using other');
    expect(shown).toMatch(/:3:35 error TS2345/);
    expect(shown).toContain('txt');
    expect((await cell('%%task\ntask unknown: sft on messages using othr')).reply).toMatchObject({ ename: 'TypeScriptError', evalue: expect.stringContaining("'othr'") });
  });

  it('a file is used, read again when it has changed, and checked', async () => {
    await cell('%%task\ntask filed: sft on messages using "./format.ts#rows"');
    expect((await cell('const first = %prepare filed\nfirst.train.at(0)')).result).toContain('> The discount');
    writeFileSync(join(folder, 'lib/marks.ts'), marks.replace('12', '3'));
    expect((await cell('const second = %prepare filed\nsecond.train.at(0)')).result).toContain('> The');
    expect((await cell('%%task\ntask refused: sft on messages using "./format.ts#wrong"')).reply).toMatchObject({ ename: 'TypeScriptError' });
  });

  it('and cells import TypeScript files as well', async () => {
    expect((await cell("import { Mark } from './lib/marks.ts';\nMark.open")).result).toBe("'> '");
  });
});
