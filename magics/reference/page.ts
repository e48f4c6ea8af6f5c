import { wholeProgram, prelude } from './examples.js';
import type { Entry, Section } from './entries.js';

/** Runs an example in front of which `reviews` is declared, and says what comes of it, or the message of a code. */
export type RunExample = (program: string, shows?: string) => Promise<string>;

/** The reference as a page of Markdown; what its examples give is found by running them. */
export async function referencePage(sections: readonly Section[], run: RunExample): Promise<string> {
  const parts = [
    '# The tasklab language',
    'A small declarative language, in a `%%task` cell or a `.task` file: where feedback comes from, how one record becomes training rows, and how a model is trained. This page is made of the tables that checks, completion and help read, and what its examples give was found by running them (`npm run docs`).',
    sections.map(({ title }) => `- [${title}](#${anchor(title)})`).join('\n'),
    '## A whole program',
    fence(wholeProgram, 'tasklab'),
    `The rows of \`moods\`:\n\n${fence(await run(wholeProgram))}`,
    `The examples below stand under \`${prelude}\`: three short reviews ([data](data/reviews.jsonl), [settings](data/reviews.yaml)) with a question of every type.`,
  ];
  for (const { title, intro, entries } of sections) {
    parts.push(`## ${title}`, ...(intro === undefined ? [] : [intro]));
    for (const entry of entries.filter(({ isSmall }) => !isSmall)) parts.push(`### ${heading(entry)}`, entryText(entry), entry.elsewhere ?? '', ...(entry.example === undefined ? [] : [fence(entry.example, 'tasklab'), fence(await run(entry.example, entry.shows))]));
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** An entry without its example. */
export const entryText = ({ syntax, doc }: Entry): string => [syntax === undefined ? '' : syntax.includes('\n') ? fence(syntax, 'tasklab') : inlineCode(syntax), doc].filter(Boolean).join('\n\n');

const heading = ({ names }: Entry): string => inlineCode(names.join(', '));
/** Where a heading is, as GitHub and others name it. */
export const anchor = (title: string): string => title.toLowerCase().replace(/[^a-z0-9_ -]/g, '').replaceAll(' ', '-');

/** Code in a line, whatever it contains. */
const inlineCode = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
/** Code on lines of its own, in a fence that is longer than any in it. */
export function fence(text: string, language = 'text'): string {
  const marks = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${marks}${language}\n${text}\n${marks}`;
}
