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

  it('it says what a file lacks, by names from the program on', async () => {
    const folder = folderWith('task t: sft on messages using "./format.ts#rows"\n');
    writeFileSync(join(folder, 'lib/marks.ts'), `import './gone.ts';\n${marks}`);
    const { stderr } = await tasklab(folder, ['prepare', 'a.task', 't']);
    expect(stderr).toContain("The file \"./format.ts\" cannot be loaded: Cannot find module './lib/gone.ts' imported from ./lib/marks.ts\n");
  });

  it('check says in a line or two what rows are not of the kind, however they are given', async () => {
    const folder = folderWith('task a: text_classification on messages using "./rows.ts#later"\ntask b: sft on messages using "./rows.ts#three"\ntask c: sft on messages using "./gone.ts#rows"\ntask d: sft on messages using "./rows.ts#latr"\ntask e: sft on messages using "./broken.ts#rows"\n');
    writeFileSync(join(folder, 'rows.ts'), "import type { Sample } from 'tasklab';\nexport async function* later(sample: Sample) { yield [{ text: sample.id }, null]; }\nexport const three = 3;\n");
    writeFileSync(join(folder, 'broken.ts'), 'export const rows = (s => ({ text: );\n');
    const { stdout } = await tasklab(folder, ['check', 'a.task', '--json']);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { file: string; code: string; start: { line: number }; message: string; hint?: string }[] };
    expect(diagnostics.map(({ file, start, code, message, hint }) => [`${file}:${start.line} ${code}`, message, hint])).toEqual([
      ['a.task:2 type/function', "The function does not make rows of text_classification: Property 'label' is missing in type '{ text: string; }' but required in type '{ readonly text: string; readonly label: string | readonly string[]; }'.", undefined],
      ['a.task:3 type/function', expect.stringContaining(`"./rows.ts#three" is no function of a record's sample: Argument of type 'number'`), undefined],
      ['a.task:4 data/no-file', 'The task "c" uses a function of "./gone.ts", and there is no such file.', 'Its path starts at the file that says it.'],
      ['a.task:5 task/no-function', 'The file "./rows.ts" exports no function "latr".', 'Did you mean "later"?'],
      ['broken.ts:1 TS1109', 'Expression expected.', undefined],
    ]);
  });

  it('check compares its type with the rows of the kind, and looks at the file itself', async () => {
    const folder = folderWith('task a: sft on messages using "./format.ts#rows"\ntask b: sft on messages using "./format.ts#wrong"\ntask c: text_classification on messages using "./other.ts#rows"\ntask d: sft on messages using "./format.ts#nothing"\n');
    writeFileSync(join(folder, 'other.ts'), "import type { Sample } from 'tasklab';\nexport const rows = (sample: Sample) => [{ text: 'x', label: sample.fields.text! }, { text: 'y', label: 3 }];\nconst n: number = 'three';\n");
    const { status, stderr, stdout } = await tasklab(folder, ['check', 'a.task', '--json']);
    expect(status).toBe(1);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { file: string; code: string; start: { line: number; column: number }; message: string }[] };
    expect(diagnostics.map(({ file, code, start }) => `${file}:${start.line}:${start.column} ${code}`)).toEqual([
      'a.task:3:31 type/function', 'a.task:4:47 type/function', 'a.task:5:31 task/no-function', 'other.ts:3:7 TS2322',
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
    expect(shown).toMatch(/:3:35 error TS2322/);
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

  it('a function may say itself what it is', async () => {
    await cell("import type { FormatFunction } from 'tasklab';\nconst chat: FormatFunction<'chat_completion'> = ({ text }) => ({ messages: [{ role: 'user', content: text }] });");
    expect((await cell('%%task\ntask chats: chat_completion on messages using chat\ntask as_sft: sft on messages using chat')).reply.status).toBe('ok');
    expect((await cell('%%task\ntask pairs: dpo on messages using chat')).reply['traceback'].at(-1)).toMatch(/is missing the following properties .*: prompt, chosen, rejected$/);
  });

  it('a mistake of a generator is shown as short, at each task that uses it', async () => {
    await cell("function* turns({ id }: Sample) { yield { messages: [{ role: 'user' as const, content: id }] }; }");
    const { reply } = await cell('%%task\ntask a: chat_completion on messages using turns; task b: sft on messages using turns\ntask c: dpo on messages using turns; task d: rm on messages using turns');
    expect((reply['traceback'] as string[]).map((line) => line.replace(/^cell-\d+\.ts:/, '')).filter((line) => /error|missing/.test(line))).toEqual([
      '3:31 error TS2739', expect.stringMatching(/: prompt, chosen, rejected$/), '3:67 error TS2739', expect.stringMatching(/: chosen, rejected$/),
    ]);
  });

  it('JavaScript is read again as well, with what it imports', async () => {
    const files = (text: string): void => {
      writeFileSync(join(folder, 'lib/text.mjs'), `export const text = '${text}';\n`);
      writeFileSync(join(folder, 'rows.mjs'), "import { text } from './lib/text.mjs';\nexport const rows = () => ({ text });\n");
    };
    files('one');
    await cell('%%task\ntask plain: sft on messages using "./rows.mjs#rows"');
    expect((await cell('const third = %prepare plain\nthird.train.at(0)')).result).toContain('one');
    files('two');
    expect((await cell('const fourth = %prepare plain\nfourth.train.at(0)')).result).toContain('two');
    expect((await cell("import { rows } from './rows.mjs';\nrows().text")).result).toBe("'two'");
  });

  it('and cells import TypeScript files as well', async () => {
    expect((await cell("import { Mark } from './lib/marks.ts';\nMark.open")).result).toBe("'> '");
  });
});
