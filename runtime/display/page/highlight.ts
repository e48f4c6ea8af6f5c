/** Code in colours: TypeScript cells, the lines of magics in them, and the language of `%%task` cells. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import { html, type Html, join, trusted } from '../html.js';
import { own } from '../own.js';
import { visible } from '../visible.js';

hljs.registerLanguage('typescript', typescript);
hljs.registerLanguage('python', python);
hljs.registerLanguage('bash', bash);
hljs.registerLanguage('json', json);
hljs.registerLanguage('tasklab', () => {
  const hole = { className: 'subst', begin: /\{(?!\{)/, end: /\}/ };
  const escapes = { match: /\\(?:u\{[^}]*\}|.)|\{\{|\}\}/, scope: 'char.escape' };
  return {
    name: 'tasklab',
    keywords: {
      keyword:
        'let where for and or not in by dataset task template param training include extends from on using field question each first response pair options lora launch',
      literal: 'true false null',
      built_in: 'majority disagreement mean min max weighted_majority dawid_skene system user assistant tool',
    },
    contains: [
      { scope: 'string', begin: /"""/, end: /"""/, contains: [escapes, hole] },
      { scope: 'string', begin: /"/, end: /"/, illegal: /\n/, contains: [escapes, hole] },
      { scope: 'symbol', begin: /`/, end: /`/ },
      hljs.C_LINE_COMMENT_MODE,
      hljs.C_BLOCK_COMMENT_MODE,
      { scope: 'number', match: /\b\d+(?:\.\d+)?\b/ },
    ],
  };
});

const CELL_LANGUAGES: Readonly<Record<string, string>> = {
  task: 'tasklab',
  sh: 'bash',
  bash: 'bash',
  python: 'python',
};
const ALIASES: Readonly<Record<string, string>> = {
  ts: 'typescript',
  js: 'typescript',
  javascript: 'typescript',
  task: 'tasklab',
  py: 'python',
  sh: 'bash',
  shell: 'bash',
};

/** A code cell of a notebook. */
export function highlightCell(source: string): Html {
  const whole = /^(\s*%%(\w+)[^\n]*)(\n[\s\S]*)?$/.exec(source);
  if (whole) {
    const language = own(CELL_LANGUAGES, whole[2] ?? '') ?? 'plain';
    return html`${magic(whole[1] ?? '')}${highlight(whole[3] ?? '', language)}`;
  }
  const parts: Html[] = [];
  let code: string[] = [];
  const flush = () => {
    if (code.length > 0) parts.push(highlight(code.join('\n'), 'typescript'));
    code = [];
  };
  for (const line of source.split('\n')) {
    if (/^\s*(?:%[a-z_]|!)/i.test(line)) {
      flush();
      parts.push(magic(line));
    } else code.push(line);
  }
  flush();
  return join(parts, '\n');
}

/** Code in a known language; in another it stands as it is. */
export function highlight(code: string, language: string): Html {
  const name = own(ALIASES, language) ?? language;
  // The highlighter escapes what it is given and adds spans of its own.
  return hljs.getLanguage(name)
    ? trusted(hljs.highlight(visible(code), { language: name, ignoreIllegals: true }).value)
    : html`${code}`;
}

function magic(line: string): Html {
  return html`<span class="hljs-meta">${line}</span>`;
}
