import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codes, hover } from '../../dsl/index.js';
import { commandNamed, commands } from '../../magics/registry.js';
import { sections } from '../../magics/reference/entries.js';
import { frameworksPage } from '../../magics/reference/frameworksPage.js';
import { anchor, referencePage } from '../../magics/reference/page.js';
import { withExamples } from '../../magics/reference/run.js';
import { languageSchema } from '../../magics/schema.js';
import { Session } from '../../magics/session.js';
import type { CellIO, MimeBundle } from '../../kernel/cell.js';

const docs = resolve(import.meta.dirname, '../../docs');
const schema = languageSchema({});
const all = sections(schema, commands);

describe('the reference page', () => {
  it('is what its tables say, and every example gives what stands below it: else run npm run docs', async () => {
    const page = await withExamples(docs, (run) => referencePage(all, run));
    expect(readFileSync(join(docs, 'language.md'), 'utf8')).toBe(page);
  }, 60_000);

  it('has an example of every kind, strategy and message', () => {
    for (const title of ['Kinds of task', 'Strategies', 'What is said of programs']) {
      const { entries } = all.find((section) => section.title === title)!;
      expect(entries.filter(({ example }) => example === undefined).map(({ names }) => names[0])).toEqual([]);
    }
    expect(all.find(({ title }) => title === 'What is said of programs')!.entries.map(({ names }) => names[0])).toEqual(Object.keys(codes));
  });

  it('fails where an example gives no rows or another message', async () => {
    await withExamples(docs, async (run) => {
      await expect(run('task t: sft on reviews { text = txet }')).rejects.toMatchObject({ code: 'name/unknown-question' });
      await expect(run('task t: sft on reviews { text = text }', 'type/column')).rejects.toThrow('The example of type/column shows nothing.');
    });
  });
});

describe('the page about frameworks', () => {
  const page = frameworksPage(schema);

  it('is what the tables say: else run npm run docs', () => {
    expect(readFileSync(join(docs, 'frameworks.md'), 'utf8')).toBe(page);
  });

  it('has every kind, option, key of a block and old name, and leads nowhere that is not there', () => {
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
    const family = page.slice(page.indexOf('## Options of the Transformers family'));
    for (const { name, kinds } of schema.frameworks) {
      const section = page.slice(page.indexOf(`\n## ${name}\n`), page.indexOf('\n## ', page.indexOf(`\n## ${name}\n`) + 1)) + family;
      for (const [kind, { options = [], blocks = {}, renamed, removed }] of Object.entries(kinds)) {
        expect(headings.some((heading) => heading.startsWith(`${name}: `) && heading.split(/: |, /).includes(kind)), `${name} ${kind}`).toBe(true);
        for (const option of [...options.map((one) => one.name), ...Object.keys(renamed), ...Object.keys(removed)]) expect(section, `${name} ${kind}`).toContain(`\`${option}\``);
        for (const [block, keys] of Object.entries(blocks)) {
          expect(section).toContain(`Block \`${block} {`);
          for (const key of keys) expect(page).toContain(`| \`${key.name}\` |`);
        }
      }
    }
    const anchors = headings.map(anchor);
    for (const [, link] of page.matchAll(/\]\(#([^)]*)\)/g)) expect(anchors).toContain(link);
  });

  it('takes the long lists from the page about the language, which leads to it', () => {
    const { entries } = all.find(({ title }) => title === 'Frameworks')!;
    const shown = entries.filter(({ isSmall }) => !isSmall);
    expect(shown.map(({ names }) => names[0])).toEqual(schema.frameworks.map(({ name }) => name));
    for (const { doc, elsewhere } of shown) {
      expect(doc.length).toBeLessThan(700);
      expect(page).toContain(`\n## ${/#(.*)\)/.exec(elsewhere!)![1]}\n`);
    }
  });
});

describe('help', () => {
  async function help(words: string, surface: 'terminal' | 'notebook' = 'terminal'): Promise<{ text: string; bundle: MimeBundle | undefined }> {
    let text = '';
    let bundle: MimeBundle | undefined;
    const io: CellIO = { write: (_, more) => (text += more), display: (shown) => ((bundle = shown), { update: () => {} }), page: () => {}, clear: () => {}, signal: new AbortController().signal };
    await commandNamed('help', surface).run({ args: words.split(' ').filter(Boolean), options: {} }, { session: new Session({ folder: docs }), io, surface });
    return { text, bundle };
  }

  it.each([
    ['majority', 'majority (strategy)'], ['sft', 'supervised_fine_tuning, sft (kind of task)'], ['trim', 'trim(text: text) → text'], ['linear', 'Inverse of the L2 regularization'], ['linear.C', 'option of linear'],
    ['transformers', '`gradient_accumulation_steps`'], ['trl.beta', 'deviation from the reference model'], ['gradient_accumulation_steps', 'option of transformers, peft, '], ['trl.lora.r', 'lora { r = … }'],
    ['for each pair', 'every'], ['where', 'A row is made where'], ['for', 'for first response (loop)'], ['type/strategy', 'does not unify'], ['hub', 'from hub "repository"'], ['train_size', 'Share of the records'],
    ['prepare', 'Usage: tasklab prepare'], ['ndcg', 'For ranking questions'], ['', 'Kinds of task\n'], ['!=', 'Comparisons'],
  ])('of "%s" says "%s"', async (word, said) => {
    expect((await help(word)).text.toLowerCase()).toContain(said.toLowerCase());
  });

  it('shows all that a word means', async () => {
    expect((await help('text')).text).toMatch(/text \(type of question\)[\s\S]*text \(function\)/);
  });

  it('is Markdown in a notebook, where % may stand before a command', async () => {
    const { bundle } = await help('disagreement', 'notebook');
    expect(bundle).toMatchObject({ 'text/markdown': expect.stringContaining('### disagreement (strategy)'), 'text/plain': expect.stringContaining('QUESTION by disagreement') });
    expect((await help('%prepare', 'notebook')).text).toContain('Usage: %prepare');
  });

  it('names the nearest for what there is not', async () => {
    await expect(help('majorty')).rejects.toMatchObject({ code: 'command/unknown', hint: 'Did you mean "majority"?' });
  });
});

it('hover says what a keyword is', () => {
  const text = 'task t: sft on d {\n  where 1 == 1\n  for each response { text = x }\n}';
  expect(hover(text, text.indexOf('where') + 1, { schema, declarations: [] })).toContain('A row is made where the condition is true.');
  expect(hover(text, text.indexOf('each') + 1, { schema, declarations: [] })).toContain('for each response');
});
