import { codes, tableKeys, taskSettings, trainingKeys, words, type OptionSchema, type Schema, type ValueType, type Word } from '../../dsl/index.js';
import { metrics } from '../../runtime/metrics/index.js';
import { helpOf } from '../commandLine.js';
import type { Command } from '../command.js';
import { kindExamples, strategyExample } from './examples.js';

/** Something of the language that has a name: what a section of the reference is made of, and what `%help WORD` finds. */
export interface Entry {
  /** Its name, and others for the same thing. */
  readonly names: readonly string[];
  /** Under what else people look for it. */
  readonly also?: readonly string[];
  /** What it is: `function`, `kind of task`. */
  readonly what: string;
  readonly syntax?: string;
  /** Markdown. */
  readonly doc: string;
  /** A program that shows it, with `reviews` declared. */
  readonly example?: string;
  /** The example is wrong, and this code says so. */
  readonly shows?: string;
  /** Markdown that help shows besides, where the page leads elsewhere. */
  readonly more?: string;
  /** Where the rest of it stands, seen from the page. */
  readonly elsewhere?: string;
  /** Help alone shows it. */
  readonly isSmall?: boolean;
}

export interface Section {
  readonly title: string;
  readonly intro?: string;
  readonly entries: readonly Entry[];
}

/** The reference as data, from the tables that checks, completion and hover read too. */
export function sections(schema: Schema, commands: readonly Command[]): Section[] {
  const of = (group: Word['group'], what: string) => words.filter((one) => one.group === group).map((one): Entry => ({ names: [one.word], also: one.also, what, ...wordPart(one) }));
  return [
    { title: 'How a program is written', intro: 'A program is declarations, in a `%%task` cell or a `.task` file. A line end or `;` closes an entry. Reserved are `let where for and or not in by true false null`; every other word may be a name.', entries: of('text', 'writing') },
    { title: 'Declarations', entries: of('declaration', 'declaration') },
    { title: 'Sources', intro: 'What stands behind `from`. Paths start at the file that says them, in a notebook at its folder.', entries: schema.sources.map(source) },
    { title: 'Tables', intro: 'A data set from a file says which column is what.', entries: [...tableEntries(schema), ...schema.questionTypes.map(({ name, doc }): Entry => ({ names: [name], what: 'type of question', syntax: `question NAME: ${name} = column`, doc }))] },
    { title: 'Kinds of task', intro: 'What stands behind the colon; the kind says which columns a row has.', entries: schema.kinds.map(kind) },
    { title: 'The body of a task', entries: [...of('body', 'entry'), ...taskSettings.map(({ name, type, doc }): Entry => ({ names: [name], what: 'setting of a task', syntax: `${name} = ${type}`, doc }))] },
    { title: 'Loops', entries: of('loop', 'loop') },
    { title: 'Names', intro: 'A name means the nearest thing above it: a column or `let` of this block or of one around it, a loop\'s variable, then a field or question of the data set, then a param.', entries: of('name', 'name') },
    { title: 'Questions and values', entries: of('value', 'value') },
    { title: 'Strategies', intro: 'What stands behind `by`.', entries: schema.strategies.map(strategy) },
    { title: 'Operators', intro: 'The loosest first. Null runs through them: what is made of null is null, but for `??`, `? :`, and `and` and `or` where the other side decides.', entries: of('operator', 'operator') },
    { title: 'Functions', intro: 'An argument that is null makes the result null, but for `default`; nulls among a list\'s items are left out.', entries: schema.functions.map(functionEntry) },
    { title: 'Trainings', entries: trainingKeys.map(({ name, doc }): Entry => ({ names: [name], what: 'setting of a training', syntax: `${name} = …`, doc })) },
    { title: 'Frameworks', intro: 'What trains. Their options, blocks and old names have a page of their own: [frameworks.md](frameworks.md).', entries: [...schema.frameworks.map(framework), ...optionEntries(schema.frameworks)] },
    { title: 'What is said of programs', intro: 'All mistakes are said at once, each at its place, before anything runs. Scripts match on the code.', entries: Object.entries(codes).map(([name, { doc, example }]): Entry => ({ names: [name], what: 'message', doc, example, shows: name })) },
    { title: 'Metrics', intro: 'How near suggestions come to the answers: what `%metrics` shows, and `modelMetrics` gives.', entries: metrics.map(metric) },
    { title: 'Magics and commands', intro: magicsIntro, entries: commands.map(command) },
  ];
}

const magicsIntro = [
  'In a terminal `tasklab NAME`. In a notebook `%NAME` at the start of a line outside brackets, or `%%NAME` on the first line of a cell where it takes the lines below. `x = %NAME` gives its value to TypeScript; `{expr}` in its line is a value of TypeScript, `{{` and `}}` are braces; `%NAME -h` and `%NAME?` show how it is used.',
  '`!command` is `%sh command`, where the line is no TypeScript: `!done && go()` stays what it is. In it a value is one word for the shell, whatever it holds, and a list is a word for each item; what stands in `\'…\'` and the shell\'s own braces (`${HOME}`, `{1..3}`, `{a,b}`) are left to the shell. `name?` and `?name` say what a name of TypeScript is.',
].join('\n\n');

const wordPart = ({ syntax, doc, example }: Word) => ({ syntax, doc, ...(example !== undefined && { example }) });
const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
const option = ({ name, type, choices, default: preset, doc }: OptionSchema): string =>
  `\`${name}\` (${choices ? choices.join(', ') : type}${preset === undefined ? '' : `; default \`${JSON.stringify(preset)}\``}): ${doc}`;

function source({ name, argument, options, mapping, doc }: Schema['sources'][number]): Entry {
  const block = options.length > 0 || mapping ? ` { ${[...options.map((one) => `${one.name} = …`), ...(mapping ? ['field NAME = column'] : [])].join('; ')} }` : '';
  const written = argument === 'variable' ? 'VARIABLE' : `"${argument}"`;
  return { names: [name], what: 'source', syntax: `dataset NAME from ${name} ${written}${block}`, doc: [doc, list(options.map(option))].filter(Boolean).join('\n\n') };
}

const tableEntries = (schema: Schema): Entry[] => [
  ...tableKeys.map(({ name, doc }): Entry => ({ names: [name], what: 'column of a table', syntax: `${name} = column`, doc })),
  { names: ['field', 'question', 'suggestion', 'metadata'], what: 'column of a table', syntax: 'field NAME = column; question NAME: TYPE = column; suggestion QUESTION = column; metadata NAME = column', doc: `What a column is. Types of questions: ${schema.questionTypes.map(({ name }) => `\`${name}\``).join(', ')}.` },
];

function kind({ name, aliases, doc, columns, layouts, rowType }: Schema['kinds'][number]): Entry {
  const lines = columns.map((one) => {
    const strategies = Object.entries(one.defaultStrategy ?? {}).map(([type, strategy]) => `${type} by ${strategy}`);
    return `\`${one.name}\`${one.required ? '' : ' (optional)'}: ${one.doc}${strategies.length > 0 ? ` A question alone: ${strategies.join(', ')}.` : ''}`;
  });
  const layout = layouts.length > 0 ? `Exactly one of ${layouts.map((names) => names.map((one) => `\`${one}\``).join(' + ')).join(', ')}.` : '';
  return { names: [name, ...aliases], what: 'kind of task', syntax: `task NAME: ${[name, ...aliases].join(' | ')} on DATASET { … }`, doc: [doc, list(lines), layout, `As a row of a TypeScript function: \`${rowType}\``].filter(Boolean).join('\n\n'), ...example(kindExamples[name]) };
}

function strategy({ name, questions, doc }: Schema['strategies'][number]): Entry {
  return { names: [name], what: 'strategy', syntax: `QUESTION by ${name}`, doc: `${doc}\n\nUnifies ${questions.join(', ')} questions.`, ...example(strategyExample(name, questions[0]!)) };
}

function metric({ name, questions, doc }: (typeof metrics)[number]): Entry {
  return { names: [name], what: 'metric', doc: `${doc}\n\nFor ${questions.join(', ')} questions.` };
}

function functionEntry({ name, args, required, variadic, returns, doc, example: shown }: Schema['functions'][number]): Entry {
  const parameters = args.map((one, i) => `${one.name}${i < required ? '' : '?'}: ${one.accepts.map(typeName).join(' | ')}`).join(', ');
  return { names: [name], what: 'function', syntax: `${name}(${parameters}${variadic ? ', …' : ''}) → ${typeName(returns)}`, doc: `${doc}\n\n\`${shown}\`` };
}

const typeName = (type: ValueType): string => (type.type !== 'list' ? type.type : type.of ? `list of ${typeName(type.of)}s` : 'list');

function framework({ name, doc, kinds }: Schema['frameworks'][number]): Entry {
  return {
    names: [name], what: 'framework', syntax: `framework = ${name}`, doc: `${doc}\n\nDoes ${Object.keys(kinds).join(', ')}.`, elsewhere: `[What it takes](frameworks.md#${name})`,
    get more() { return tablesOf(name, kinds).join('\n\n'); },
  };
}

/** So many options are shown in full; more of them by their names. */
const few = 12;

/** Kinds that take the same options share a list of them. */
function tablesOf(name: string, kinds: Schema['frameworks'][number]['kinds']): string[] {
  const tables = new Map<string, string[]>();
  for (const [kind, { options = [], blocks = {} }] of Object.entries(kinds)) {
    const all = [...options, ...Object.entries(blocks).flatMap(([block, keys]) => keys.map((one) => ({ ...one, name: `${block}.${one.name}` })))];
    const table = all.length > few ? `${all.map((one) => `\`${one.name}\``).join(', ')}. \`%help ${name}.${all[0]!.name}\` says what one does.` : list(all.map(option));
    tables.set(table, [...(tables.get(table) ?? []), kind]);
  }
  if (tables.size === 1) return [...tables.keys()].filter(Boolean);
  return [...tables].map(([table, of]) => `For ${of.join(', ')}:\n\n${table || 'No options.'}`);
}

/** Options and keys of blocks; those that are the same in several frameworks are one entry. */
function optionEntries(frameworks: Schema['frameworks']): Entry[] {
  const found = new Map<string, { readonly names: Set<string>; readonly name: string; readonly syntax: string; readonly doc: string }>();
  const add = (framework: string, one: OptionSchema, block: string): void => {
    const [doc, syntax] = [option(one), `${block} { ${one.name} = … }`];
    const entry = found.get(`${syntax}\n${doc}`) ?? { names: new Set<string>(), name: one.name, syntax, doc };
    entry.names.add(`${framework}.${block === 'options' ? '' : `${block}.`}${one.name}`);
    found.set(`${syntax}\n${doc}`, entry);
  };
  for (const { name, kinds } of frameworks) {
    for (const { options = [], blocks = {} } of Object.values(kinds)) {
      for (const one of options) add(name, one, 'options');
      for (const [block, keys] of Object.entries(blocks)) for (const one of keys) add(name, one, block);
    }
  }
  return [...found.values()].map(({ names, name, syntax, doc }) => ({
    names: [...names], also: [name], what: `option of ${[...new Set([...names].map((one) => one.split('.')[0]))].join(', ')}`, syntax, doc, isSmall: true,
  }));
}

const command = (one: Command): Entry => ({
  names: [one.name], what: one.only === 'terminal' ? 'command' : one.only === 'notebook' ? 'magic' : 'magic and command',
  doc: `${one.summary}\n\n\`\`\`\n${helpOf(one, one.only === 'terminal' ? 'terminal' : 'notebook').trimEnd()}\n\`\`\``,
});

const example = (program: string | undefined): { example?: string } => (program === undefined ? {} : { example: program });
