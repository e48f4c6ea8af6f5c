import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from '../../dist/kernel/client/index.js';
import { eventually, isAlive, run, until } from './session.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tasklab-test-')));
let kernel: KernelClient;

beforeAll(async () => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'own.ts'), 'export const place: number = 1;\n');
  writeFileSync(join(folder, 'sub/own.ts'), 'export const place: string = "sub";\n');
  kernel = await KernelClient.start({ cwd: folder, env: { ...process.env, MY_TOKEN: 'abc', MY_PLAIN: 'plain', MY_URL: 'https://me:word@example.org' } });
});
afterAll(async () => {
  await kernel?.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

const stdout = async (code: string): Promise<string> => {
  const ran = await run(kernel, code);
  expect(ran.reply).toMatchObject({ status: 'ok' });
  return ran.stdout;
};
const result = async (code: string): Promise<string | undefined> => {
  const ran = await run(kernel, code);
  expect(ran.reply).toMatchObject({ status: 'ok' });
  return ran.result;
};
const error = async (code: string): Promise<Record<string, any>> => {
  const { reply } = await run(kernel, code);
  expect(reply.status).toBe('error');
  return reply;
};
const shown = async (code: string): Promise<string> => (await run(kernel, code)).messages.find(({ header }) => header.msg_type === 'display_data')!.content.data['text/plain'];

describe('the shell', () => {
  it('prints what comes to both of its streams, in order, while it comes', async () => {
    const execution = kernel.execute(`%%sh\nfor i in 1 2 3; do echo out $i; echo err $i >&2; done; until [ -e go ]; do sleep 0.01; done; echo end`);
    let printed = '';
    await until(execution, ({ header, content }) => header.msg_type === 'stream' && (printed += content['text']).includes('err 3'));
    expect(printed).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n');
    writeFileSync(join(folder, 'go'), '');
    expect(await execution.reply).toMatchObject({ status: 'ok' });
  });

  it('delivers much output whole', async () => {
    const text = await stdout(`!seq 1 200000`);
    expect(text).toBe(Array.from({ length: 200_000 }, (_, i) => `${i + 1}\n`).join(''));
  });

  it('gives its lines to a variable, with their type', async () => {
    expect(await result('const lines: string[] = !printf "a b\\nc\\n"; echo no >&2\nlines')).toBe("[ 'a b', 'c' ]");
    expect((await run(kernel, 'const both = !echo one; echo two >&2')).stderr).toBe('two\n');
    expect(await error('const n: number = !ls')).toMatchObject({ ename: 'TypeScriptError', evalue: expect.stringContaining("'string[]'") });
  });

  it('takes values for words, whatever is in them', async () => {
    await run(kernel, 'const names = ["a b", "it\'s", "$(touch made)", "`touch made`", "; touch made", "\\"; touch made; \\""]');
    expect(await stdout(`!printf '<%s>' {names} "{names[2]}" x{names[0]}y`)).toBe('<a b><it\'s><$(touch made)><`touch made`><; touch made><"; touch made; "><$(touch made)><xa by>');
    expect(existsSync(join(folder, 'made'))).toBe(false);
    expect(await stdout(`%%sh {names[0]} two\necho "$1|$2|$#"`)).toBe('a b|two|2\n');
  });

  it("leaves the shell's own signs to the shell", async () => {
    expect(await stdout(`!echo {1..3} '{names}' \${HOME:+home} {{x}} | cat`)).toBe('1 2 3 {names} home {x}\n');
    expect(await stdout('!echo one \\\n  two')).toBe('one two\n');
  });

  it('fails as its command does, at which the cell ends', async () => {
    const { reply, stdout } = await run(kernel, '!echo before; exit 3\nconsole.log("after")');
    expect(reply).toMatchObject({ ename: 'shell/failed', evalue: 'The command ended with exit status 3.' });
    expect(stdout).toBe('before\n');
    expect(await error('const x = !false')).toMatchObject({ ename: 'shell/failed' });
    expect(await error('!kill -9 $$')).toMatchObject({ evalue: 'The command was ended by SIGKILL.' });
    expect(await error('!no-such-command-at-all')).toMatchObject({ evalue: expect.stringContaining('127'), traceback: expect.arrayContaining([expect.stringMatching(/^hint: There is no such command/)]) });
  });

  it('gets nothing to read', async () => expect(await stdout('!cat; echo end')).toBe('end\n'));

  it('is ended with all that it started by an interrupt; the variables stay', async () => {
    const execution = kernel.execute('!sleep 600 & sleep 600 & echo $! $$; wait');
    const { content } = await until(execution, ({ header }) => header.msg_type === 'stream');
    const processes = String(content['text']).trim().split(' ').map(Number);
    expect(processes.map(isAlive)).toEqual([true, true]);
    await kernel.interrupt();
    expect(await execution.reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await eventually(() => !processes.some(isAlive));
    expect(await result('names.length')).toBe('6');
  });

  it('leaves no process when the kernel is killed', async () => {
    const other = await KernelClient.start({ cwd: folder });
    const execution = other.execute('!sleep 600 & echo $! $$; wait');
    const { content } = await until(execution, ({ header }) => header.msg_type === 'stream');
    const processes = String(content['text']).trim().split(' ').map(Number);
    execution.reply.catch(() => undefined);
    process.kill(other.pid!, 'SIGKILL');
    await other.exited.catch(() => undefined);
    await eventually(() => !processes.some(isAlive));
  });

  it('lets go what it leaves in the background', async () => {
    const process = Number(await stdout('!sleep 600 >/dev/null 2>&1 & echo $!'));
    expect(isAlive(process)).toBe(true);
    await run(kernel, `!kill ${process}`);
    await eventually(() => !isAlive(process));
  });

  it('ends with the kernel what goes on to write here', async () => {
    const other = await KernelClient.start({ cwd: folder });
    const process = Number((await run(other, '!sleep 600 & echo $!')).stdout);
    expect(isAlive(process)).toBe(true);
    await other.shutdown();
    await eventually(() => !isAlive(process));
  });

  it.each([['const done = true\n!done', 'false'], ['!done || names.length', '6'], ['let n = 7\nn\n% 4', '3'], ['const not = !done; not', 'false']])('%j is TypeScript', async (code, value) => {
    expect(await result(code)).toBe(value);
  });
});

describe('time', () => {
  const time = /^CPU times: user [\d.]+ \S+, sys: [\d.]+ \S+, total: [\d.]+ \S+\nWall time: [\d.]+ \S+\n$/;

  it('is said of an expression, whose value it is', async () => {
    const { stdout, result: value } = await run(kernel, '%time 40 + 2');
    expect(stdout).toMatch(time);
    expect(value).toBe('42');
    expect(await result('const later: number = %time Promise.resolve(5)\nlater + 1')).toBe('6');
  });

  it('is said of statements, whose names are those of the notebook', async () => {
    expect(await stdout('%time const timed = await Promise.resolve({ a: 1 })')).toMatch(time);
    expect(await result('timed.a')).toBe('1');
  });

  it('is said of a cell, with its value, its names and its magics', async () => {
    const { stdout, result: value } = await run(kernel, `%%time\nimport { sep } from 'node:path'\nconst here = %pwd\n!echo shell\nhere + sep`);
    expect(stdout.replace('shell\n', '')).toMatch(time);
    expect(value).toBe(`'${folder}/'`);
    expect(await result('sep')).toBe("'/'");
  });

  it.each([
    ['%time const wrong: number = "a"', '1:13'], ['names.length;\n%time names.nothing', '2:13'], ['%%time\nconst wrong: number = "a"', '2:7'], ['%timeit -n 3 names.nothing', '1:20'], ['%%timeit const one = 1\none.nothing', '2:5'],
  ])('%j: mistakes stand where they are', async (code, place) => {
    const { ename, traceback } = await error(code);
    expect(ename).toBe('TypeScriptError');
    expect(traceback[0]).toMatch(new RegExp(`\\.ts:${place} error`));
  });

  it.each(['%time throw new Error("no")', '%timeit throw new Error("no")', '%%timeit\nthrow new Error("no")'])('%j fails as its code does, at its place', async (code) => {
    const { evalue, traceback } = await error(code);
    expect(evalue).toBe('no');
    expect(traceback.join('\n')).toMatch(/cell-\d+\.ts:[12]:/);
    expect(traceback.join('\n')).not.toContain('/dist/');
  });

  it('is measured over many runs, whose names are their own', async () => {
    expect(await stdout('%timeit -n 10 -r 3 names.map((name) => name.length)')).toMatch(/^[\d.]+ \S+ ± [\d.]+ \S+ per loop \(mean ± std\. dev\. of 3 runs, 10 loops each\)\n$/);
    await run(kernel, 'let calls = 0, setups = 0');
    expect(await result('const runs = %timeit -n 4 -r 2 await Promise.resolve(calls++)\n;[calls, runs.loops, runs.milliseconds.length]')).toBe('[ 8, 4, 2 ]');
    await stdout('%%timeit -n 5 -r 2 const own = setups++\nconst inner = own\ncalls++');
    expect(await result('[calls, setups]')).toBe('[ 18, 1 ]');
    expect(await error('inner')).toMatchObject({ evalue: "Cannot find name 'inner'." });
  });

  it.each([
    'console.log(1)\n%time for (;;) {}', 'console.log(1)\n%timeit for (;;) {}', 'console.log(1)\n%timeit await new Promise(() => undefined)', 'console.log(1)\n%timeit -n 10000000000 names.length',
    '%%timeit console.log(1)\nfor (;;) {}', '%%capture --no-stdout\nconsole.log(1); for (;;) {}', '%%time\nconsole.log(1); await new Promise(() => undefined)',
  ])('%j can be interrupted', async (code) => {
    const execution = kernel.execute(code);
    await until(execution, ({ header }) => header.msg_type === 'stream');
    await kernel.interrupt();
    expect(await execution.reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect(await result('names.length')).toBe('6');
  });
});

describe('capture', () => {
  it('keeps all that a cell shows', async () => {
    const code = `%%capture kept\nconsole.log('out'); console.error('err'); const handle = display([1]); !echo shell\nhandle.update([2])\n7`;
    expect((await run(kernel, code.replace('; !echo', '\n!echo'))).types).toEqual([]);
    expect(await result('kept.stdout + kept.stderr')).toBe("'out\\nshell\\nerr\\n'");
    expect(await result('kept.outputs')).toContain("{ 'text/plain': '7' }");
    expect(await result('kept.outputs[0]')).toContain("'[ 2 ]'");
    const { messages } = await run(kernel, 'kept.show()');
    expect(messages.slice(1).map(({ header }) => header.msg_type)).toEqual(['stream', 'stream', 'display_data', 'stream', 'display_data']);
  });

  it('keeps what it is asked to keep', async () => {
    const ran = await run(kernel, `%%capture --no-stdout\nconsole.log('out'); console.error('err'); 1`);
    expect(ran.types).toEqual(['stream']);
    expect(ran.stdout).toBe('out\n');
  });

  it('shows all of a cell that fails', async () => {
    const { stdout, reply } = await run(kernel, `%%capture\nconsole.log('before'); throw new Error('no')`);
    expect(stdout).toBe('before\n');
    expect(reply).toMatchObject({ evalue: 'no' });
    expect((await run(kernel, 'console.log("next")')).stdout).toBe('next\n');
  });
});

describe('files and folders', () => {
  it('writes a cell to a file, and behind what is there', async () => {
    expect(await stdout('%%writefile new/{"notes"}.txt\nconst a = `{b}` // %who\n')).toBe('wrote new/notes.txt\n');
    expect(await stdout('%%writefile -a new/notes.txt\nmore')).toBe('appended to new/notes.txt\n');
    expect(readFileSync(join(folder, 'new/notes.txt'), 'utf8')).toBe('const a = `{b}` // %who\nmore\n');
    await run(kernel, '!chmod 700 new/notes.txt');
    expect(await stdout('%%writefile new/notes.txt\nx')).toBe('overwrote new/notes.txt\n');
    expect(statSync(join(folder, 'new/notes.txt')).mode & 0o777).toBe(0o700);
  });

  it('changes the working folder for files, commands, modules and types', async () => {
    await run(kernel, `import { place as first } from './own.ts'`);
    expect(await stdout('%cd sub')).toBe(`${folder}/sub\n`);
    expect(await stdout('!pwd')).toBe(`${folder}/sub\n`);
    expect(await result(`import { place as second } from './own.ts'\nconst text: string = second\ntext + first.toFixed()`)).toBe("'sub1'");
    expect(await result('const back: string = %cd -\nback')).toBe(`'${folder}'`);
    expect(await error('%cd nowhere')).toMatchObject({ ename: 'path/no-folder', evalue: '"nowhere" cannot be the working folder: there is none.' });
  });

  it('completes paths from there', async () => {
    const complete = async (code: string): Promise<string[]> => ((await kernel.request('shell', 'complete_request', { code, cursor_pos: code.length })) as { matches: string[] }).matches;
    await run(kernel, '%pwd');
    expect(await complete('%cd s')).toEqual(['sub/']);
    expect(await complete('!cat sub/o')).toEqual(['own.ts']);
    expect(await complete('%%writefile sub/')).toEqual(['own.ts']);
    expect(await complete('%env MY_P')).toEqual(['MY_PLAIN']);
    expect(await complete('%typecheck w')).toEqual(['warn']);
    expect(await complete('%time names.conc')).toEqual(['concat']);
    expect(await complete('%time name')).toContain('names');
    expect(await complete('%%time\nnames.conc')).toEqual(['concat']);
    expect(await complete('!cat {names.conc')).toEqual([]);
    const hole = '!cat {names.conc} x';
    expect(await kernel.request('shell', 'complete_request', { code: hole, cursor_pos: hole.indexOf('}') })).toMatchObject({ matches: ['concat'] });
  });
});

describe('the environment', () => {
  it('shows and sets variables, and hides what is secret', async () => {
    expect(await stdout('%env MY_TOKEN')).toBe('MY_TOKEN=••••••\n');
    expect(await stdout('%env MY_URL')).toBe('MY_URL=https://me:••••••@example.org\n');
    const all = await shown('%env');
    expect(all).toMatch(/MY_PLAIN +plain/);
    expect(all).not.toMatch(/abc|word/);
    expect(await stdout('%env MY_NEW={"a b"}')).toBe('MY_NEW=a b\n');
    expect(await stdout('!echo $MY_NEW')).toBe('a b\n');
    expect(await result('const token = %env MY_TOKEN\ntoken')).toBe("'abc'");
    expect(await error('%env MY_PLAN')).toMatchObject({ ename: 'env/not-set', traceback: expect.arrayContaining(['hint: Did you mean "MY_PLAIN"?']) });
  });
});

describe('names', () => {
  it('lists what cells declared, with kind, type and value', async () => {
    await run(kernel, 'const answer42 = { a: [1] }; let answerLet = "x"; type AnswerType = number; function answerOf(a: number): string { return `${a}` }');
    await run(kernel, `const hostile = { [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no') } }`);
    expect(await shown('%who hostile')).toContain('–');
    expect((await shown('%who answer* AnswerType')).split('\n').map((line) => line.trimEnd())).toEqual([
      'name        kind      type                   value',
      '──────────  ────────  ─────────────────────  ────────────────────',
      'answer42    const     { a: number[]; }       { a: [ 1 ] }',
      "answerLet   let       string                 'x'",
      'AnswerType  type      –                      –',
      'answerOf    function  (a: number) => string  [Function: answerOf]',
    ]);
    expect(await result('const found = %who answer*\nfound')).toBe("[ 'answer42', 'answerLet', 'answerOf' ]");
  });

  const page = async (code: string): Promise<string> => (await run(kernel, code)).reply['payload'][0].data['text/plain'];

  it('says what a name is', async () => {
    expect(await page('/** The answer. */\nconst documented = [1]\ndocumented?')).toBe('```typescript\nconst documented: number[]\n```\nThe answer.');
    expect(await page('?answerOf')).toContain('function answerOf(a: number): string');
    expect(await page('names.map?')).toContain('Array<string>.map');
    expect(await error('nobodyKnowsThis?')).toMatchObject({ ename: 'name/unknown' });
  });

  it.each(['%time -h', '%time?', '?%time', '%%time?', '%time --help', 'time?'])('%s shows how a magic is used', async (code) => expect(await stdout(code)).toMatch(/^Usage: %time/));

  it('says of every magic how it is used, by -h and by ?', async () => {
    const forms = [...(await shown('%lsmagic')).matchAll(/^\s*(%%?\w+)/gm)].map(([, form]) => form!);
    expect(forms.length).toBeGreaterThan(25);
    for (const form of forms) for (const code of [`${form} -h`, `${form}?`]) expect(await stdout(code), code).toMatch(new RegExp(`^Usage: %?${form.replace('%%', '%')}\\b`));
  });

  it('lists the magics in the forms that they have', async () => {
    const list = await shown('%lsmagic');
    for (const form of ['%time, %%time', '%%writefile ', '%sh, %%sh', '%cd ']) expect(list).toContain(form);
  });
});

describe('types', () => {
  it('are checked as it is said', async () => {
    expect(await stdout('%typecheck')).toMatch(/^error: /);
    expect(await stdout('%typecheck warn')).toMatch(/^warn: /);
    expect(await run(kernel, 'const warned: number = "a"; warned')).toMatchObject({ result: "'a'", stderr: expect.stringContaining('TS2322') });
    await run(kernel, '%typecheck off');
    expect(await run(kernel, 'const unchecked: number = "a"; unchecked')).toMatchObject({ result: "'a'", stderr: '' });
    await run(kernel, '%typecheck error');
    expect(await error('const checked: number = "a"')).toMatchObject({ ename: 'TypeScriptError' });
    expect(await error('%typecheck loud')).toMatchObject({ ename: 'command/usage', evalue: expect.stringContaining('off, warn, error') });
  });
});

describe('reset', () => {
  it('forgets all, and says what', async () => {
    const other = await KernelClient.start({ cwd: folder });
    await run(other, '%cd sub\nconst one = 1; class Two {}');
    await run(other, '%typecheck warn');
    expect(await run(other, '%reset')).toMatchObject({ stdout: 'A fresh process runs the next cell. Forgotten: 2 names: one, Two.\n', stderr: '', reply: { status: 'ok' } });
    expect((await run(other, 'one')).reply).toMatchObject({ status: 'error', ename: 'ReferenceError' });
    expect((await run(other, `import { place } from './own.ts'; place.toFixed()`)).result).toBe("'1'");
    expect((await run(other, 'const one = "again"; one')).result).toBe("'again'");
    await other.shutdown();
  });

  it('stands alone', async () => expect(await error('const late = 1\n%reset')).toMatchObject({ ename: 'magic/not-alone' }));
});
