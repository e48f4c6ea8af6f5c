import { describe, expect, it } from 'vitest';
import { magicFunction } from '../../kernel/cell.js';
import { language } from '../../magics/language.js';

describe('translate', () => {
  it('keeps lines, and the columns of what stands before a magic', () => {
    const { code } = language.translate('const a = 1;\n%load messages --limit {a + 1}\nconst p = %prepare t\np');
    const lines = code.split('\n');
    expect(lines[0]).toBe('const a = 1;');
    expect(lines[1]).toBe(`void (await ${magicFunction}("load", [" messages --limit ", (a + 1), ""], {"cellLine":2,"assigned":false}));`);
    expect(lines[2]).toMatch(/^const p = \(await \$magic\("prepare", \[" t"\], .*\) as import\("tasklab"\)\.Prepared\);$/);
    expect(lines[3]).toBe('p');
  });

  it('makes a cell that declares one that declares variables with types', () => {
    const { code } = language.translate('%%task\ndataset mails from folder "x"\ntask default: sft on mails { text = text }\ntraining m { task = default; framework = linear }');
    expect(code).toMatch(/^const \{ mails, m \} = \(await \$magic\("task", .*\) as \{ mails: import\("tasklab"\)\.FeedbackDataset; m: import\("tasklab"\)\.Trainer \}\);$/);
  });

  it('makes a template a function, with the parameters that may be left out', () => {
    const { code } = language.translate('%%task\ntemplate t(a, `new b` = "", c = 1) = "{a}"\ntemplate u(a = 1, b) = "{a}{b}"\ntemplate u(b) = "{b}"');
    const value = 'import("tasklab").TemplateValue';
    expect(code).toContain(` as { t: (a: ${value}, _1?: ${value}, c?: ${value}) => string; u: (b: ${value}) => string }`);
  });

  it.each([
    ['%trian m', 'magic/unknown', ['cell:1:1 error magic/unknown', '1 | %trian m', '  | ^^^^^^', 'There is no magic "%trian".', 'hint: Did you mean "%train"?']],
    ['%reset\n1', 'magic/not-alone', ['cell:1:1 error magic/not-alone', '1 | %reset', '  | ^^^^^^', '"%reset" must be all of its cell.', 'hint: Put the rest into a cell of its own.']],
    ['%capture x', 'magic/needs-body', ['cell:1:1 error magic/needs-body', '1 | %capture x', '  | ^^^^^^^^', '"%capture" takes the lines below it.', 'hint: Write %%capture on the first line of a cell.']],
    ['%%who\n1', 'magic/no-body', ['cell:1:1 error magic/no-body', '1 | %%who', '  | ^^^^^', '"%%who" takes no lines below.', 'hint: Write %who.']],
    ['1;\n  %%task', 'magic/not-first-line', ['cell:2:3 error magic/not-first-line', '2 |   %%task', '  |   ^^^^^^', '"%%task" must stand on the first line of its cell.', 'hint: Move it to the top, or into a cell of its own.']],
  ])('says what is wrong with %j', (cell, ename, traceback) => {
    expect(language.translate(cell).errors).toMatchObject([{ ename, traceback }]);
  });
});

describe('while typing', () => {
  language.setDeclared!(new Map([['firstName', 1], ['other', 2]]));
  const sources = [{ name: 'cell[1]', text: 'dataset messages from folder "x"\ntask topics: text_classification on messages { text = text; label = topic }', lineOffset: 1 }];
  const dataset = { fields: [{ name: 'text', required: true }], questions: { topic: { type: 'label', required: true, options: ['a', 'b'] } }, metadata: [], extraMetadata: true };
  language.setContext({ datasets: { messages: dataset }, sources, names: { task: ['topics'], dataset: ['messages'] } });

  /** What is offered at the `|`. */
  const offered = (marked: string): string[] | undefined => {
    const offset = marked.indexOf('|');
    return language.complete(marked.replace('|', ''), offset)?.items.map(({ label }) => label);
  };

  it.each<[string, string[]]>([
    ['%pre|', ['%prepare', '%predict']],
    ['%%ta|', ['%%task']],
    ['let a = 1;\n%load m|', ['messages']],
    ['%prepare t|', ['topics']],
    ['%prepare topics --tr|', ['--train-size']],
    ['%%w|', ['%%writefile']],
    ['%w|', ['%who']],
    ['const here = %pw|', ['%pwd']],
    ['%who first|', ['firstName']],
    ['%typecheck |', ['error', 'off', 'warn']],
    ['%%capture --no-d|', ['--no-display']],
  ])('%s', (marked, labels) => expect(offered(marked)?.sort()).toEqual([...labels].sort()));

  it('offers the questions of the data set in a cell that declares', () => {
    expect(offered('%%task\ntask t: text_classification on messages {\n  label = top|\n}')).toContain('topic');
    expect(offered('%%task\ntask t: text_classification on messages {\n  label = topic by maj|\n}')).toContain('majority');
  });

  it('leaves TypeScript to TypeScript', () => {
    expect(offered('const a = mess|')).toBeUndefined();
    expect(offered('%time a.b|')).toBeUndefined();
    expect(offered('%load {a.b|} c')).toBeUndefined();
    expect(offered('%%time\na.b|')).toBeUndefined();
    expect(offered('!ls {a.b|}')).toBeUndefined();
    expect(offered('!firstName.l|')).toBeUndefined();
    expect(language.inspect('const a = 1', 7)).toBeUndefined();
    expect(language.isComplete('const a = {')).toBeUndefined();
  });

  it('shows how a magic is used', () => expect(language.inspect('%prepare topics', 4)).toMatch(/Usage: %prepare[\s\S]*--train-size/));
  it.each<[string, 'complete' | 'incomplete' | undefined]>([
    ['%%time', 'incomplete'], ['%%time\nf()', undefined], ['%%sh\nls', 'incomplete'], ['%%sh\nls\n', 'complete'], ['%%writefile a', 'incomplete'], ['%who', undefined], ['!ls', undefined],
  ])('%j: %s', (cell, answer) => expect(language.isComplete(cell)).toBe(answer));

  it('knows a program that is not finished', () => expect(language.isComplete('%%task\ntask t: sft on messages {')).toBe('incomplete'));
});
