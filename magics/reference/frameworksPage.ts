import { trainingKeys, type FrameworkKindSchema, type FrameworkSchema, type OptionSchema, type Schema } from '../../dsl/index.js';
import { signatureVersions } from '../../runtime/frameworks/signatures.js';
import { anchor, fence } from './page.js';

/** What every framework takes, as a page of Markdown: options, blocks and old names by kind; what trainers of the Transformers family have in common stands once. */
export function frameworksPage(schema: Schema): string {
  const { frameworks } = schema;
  const family = familyOf(frameworks);
  const shownBlocks = new Map<string, string>();
  return `${[
    '# Frameworks',
    `What a training may say in \`options { … }\` and in other blocks, by framework and kind of task. This page is made of the tables that checks, completion and help read (\`npm run docs\`); \`%help FRAMEWORK.OPTION\` shows one line of it. Types, defaults and texts are the frameworks' own, read off ${versions()}. Where a default is tasklab's, its text says so, and why.`,
    fence('training moods {\n  task      = reviews_mood\n  framework = peft\n  model     = "organization/name"\n  options { learning_rate = 0.0002; num_train_epochs = 2 }\n  lora    { r = 16; lora_alpha = 32 }\n}', 'tasklab'),
    `Beside \`options\` a training says ${trainingKeys.map(({ name }) => `\`${name}\``).join(', ')} ([Trainings](language.md#trainings)). An option that is not named has its default, and every run keeps all of them in its \`job.json\`. A dictionary, which \`any\` may be, is written as JSON, its braces doubled as in any text: \`lr_scheduler_kwargs = "{{\\"num_cycles\\": 2}}"\`.`,
    frameworks.map(({ name }) => `- [${name}](#${name})`).concat('- [Options of the Transformers family](#options-of-the-transformers-family)', '- [Defaults of ours](#defaults-of-ours)').join('\n'),
    ...frameworks.flatMap((framework) => frameworkParts(framework, family, shownBlocks)),
    '## Options of the Transformers family',
    `What ${[...family.frameworks].map((name) => `\`${name}\``).join(', ')} have in common; above stands what differs.`,
    table(family.options),
    ...(family.removed.length > 0 ? ['They refuse these names, and say what to do instead:', removedList(family.removed)] : []),
    '## Defaults of ours',
    list(ours(frameworks)),
  ].join('\n\n')}\n`;
}

/** The trainers that share most of their options, and what they share: the same name, default and text wherever it stands. */
interface Family {
  readonly frameworks: ReadonlySet<string>;
  readonly options: readonly OptionSchema[];
  readonly removed: readonly (readonly [string, string])[];
  readonly kinds: ReadonlySet<FrameworkKindSchema>;
}

function familyOf(frameworks: readonly FrameworkSchema[]): Family {
  const [first] = Object.values(frameworks.find(({ name }) => name === 'transformers')?.kinds ?? {});
  const model = first?.options ?? [];
  const has = ({ options = [] }: FrameworkKindSchema, wanted: OptionSchema): boolean => options.some(({ name }) => name === wanted.name);
  const members = frameworks.flatMap(({ name, kinds }) => Object.values(kinds).map((kind) => ({ name, kind }))).filter(({ kind }) => 2 * model.filter((option) => has(kind, option)).length > model.length);
  const isShared = (option: OptionSchema): boolean => 2 * members.filter(({ kind }) => has(kind, option)).length > members.length;
  const removed = Object.entries(first?.removed ?? {}).filter(([name, instead]) => members.every(({ kind }) => kind.removed[name] === instead || kind.options?.some((one) => one.name === name)));
  return { frameworks: new Set(members.map(({ name }) => name)), options: model.filter(isShared), removed, kinds: new Set(members.map(({ kind }) => kind)) };
}

function frameworkParts({ name, doc, needsModel, kinds }: FrameworkSchema, family: Family, shownBlocks: Map<string, string>): string[] {
  const groups = new Map<string, { readonly kind: FrameworkKindSchema; readonly names: string[] }>();
  for (const [kindName, kind] of Object.entries(kinds)) {
    const text = JSON.stringify([kind.options, kind.blocks, kind.renamed, kind.removed]);
    const found = groups.get(text);
    if (found) found.names.push(kindName);
    else groups.set(text, { kind, names: [kindName] });
  }
  const alike = [...groups.values()];
  const common = family.removed.filter(([old, instead]) => alike.every(({ kind }) => kind.removed[old] === instead));
  const isAlike = 2 * common.length > family.removed.length;
  const isMember = family.frameworks.has(name);
  const rest = alike.map(({ kind }) => Object.entries(kind.removed).filter(([old]) => !(isAlike && common.some(([other]) => other === old))));
  const everywhere = alike.length > 1 ? rest[0]!.filter(([old, instead]) => rest.every((of) => of.some(([other, said]) => other === old && said === instead))) : [];
  const refused = (removed: readonly (readonly [string, string])[], who: string): string[] => (removed.length > 0 ? [`${who}${isAlike && !isMember ? ', beside [those that the Transformers family refuses](#options-of-the-transformers-family)' : ''}, and what to do instead:`, removedList(removed)] : []);
  return [
    `## ${name}`,
    `${doc}${needsModel ? '' : ' It needs no `model`.'}`,
    ...alike.flatMap(({ kind, names }, i) => [
      `### ${name}: ${names.join(', ')}`,
      ...optionParts(kind, family),
      ...Object.entries(kind.blocks ?? {}).flatMap(([block, keys]) => blockParts(block, keys, `${name}: ${names.join(', ')}`, shownBlocks)),
      ...(Object.keys(kind.renamed).length > 0 ? [`Old names that are taken, with a notice: ${Object.entries(kind.renamed).map(([old, current]) => `${code(old)} is ${code(current)}`).join(', ')}.`] : []),
      ...refused(rest[i]!.filter((one) => !everywhere.some(([old]) => old === one[0])), 'Names that are refused'),
    ]),
    ...(everywhere.length > 0 ? [`### ${name}: old names`, ...refused(everywhere, 'Names that all of these kinds refuse')] : []),
  ];
}

function optionParts(kind: FrameworkKindSchema, family: Family): string[] {
  const options = kind.options ?? [];
  if (!family.kinds.has(kind)) return options.length > 0 ? [table(options)] : [];
  const shared = new Map(family.options.map((option) => [option.name, option]));
  const own = options.filter((option) => !isSame(shared.get(option.name), option));
  const lacking = [...shared.keys()].filter((name) => !options.some((option) => option.name === name));
  const but = lacking.length > 0 ? ` but for ${lacking.map(code).join(', ')}` : '';
  return [`[Options of the Transformers family](#options-of-the-transformers-family)${but}${own.length > 0 ? '; and, or otherwise than there:' : '.'}`, ...(own.length > 0 ? [table(own)] : [])];
}

/** A block that stands above already is not shown again. */
function blockParts(block: string, keys: readonly OptionSchema[], heading: string, shownBlocks: Map<string, string>): string[] {
  const text = `${block}\n${JSON.stringify(keys)}`;
  const above = shownBlocks.get(text);
  if (above !== undefined) return [`Block \`${block} { … }\`: as of [${above}](#${anchor(above)}).`];
  shownBlocks.set(text, heading);
  return [`Block \`${block} { … }\`:`, table(keys)];
}

/** Words for the same thing may differ between versions. */
const isSame = (a: OptionSchema | undefined, b: OptionSchema): boolean => a !== undefined && row({ ...a, doc: '' }) === row({ ...b, doc: '' });

const table = (options: readonly OptionSchema[]): string => ['| option | takes | default | |', '| --- | --- | --- | --- |', ...options.map(row)].join('\n');

function row({ name, type, choices, default: preset, optional, doc }: OptionSchema): string {
  const takes = choices ? choices.map((choice) => code(choice)).join(', ') : type;
  return `| ${code(name)} | ${takes} | ${preset === undefined ? (optional ? 'its own' : 'must be given') : code(JSON.stringify(preset))} | ${cell(doc)} |`;
}

/** Names that the same is said of stand together. */
function removedList(removed: readonly (readonly [string, string])[]): string {
  const names = new Map<string, string[]>();
  for (const [name, instead] of removed) names.set(instead, [...(names.get(instead) ?? []), code(name)]);
  return list([...names].map(([instead, of]) => `${of.join(', ')}: ${escaped(instead)}`));
}

/** What tasklab sets otherwise than the framework, once for all that have it. */
function ours(frameworks: readonly FrameworkSchema[]): string[] {
  const found = new Map<string, Set<string>>();
  for (const { name, kinds } of frameworks) {
    for (const { options = [] } of Object.values(kinds)) {
      for (const option of options.filter(({ doc }) => /\bOurs\b/.test(doc))) {
        const line = `${code(`${option.name} = ${JSON.stringify(option.default)}`)}: ${escaped(option.doc)}`;
        found.set(line, (found.get(line) ?? new Set()).add(name));
      }
    }
  }
  return [...found].map(([line, names]) => `${line} (${[...names].join(', ')})`);
}

const versions = (): string => Object.entries(signatureVersions()).map(([name, version]) => `${name} ${version}`).join(', ');

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
const escaped = (text: string): string => text.replace(/[<>*_]/g, (sign) => `\\${sign}`).replace(/`[^`]*`/g, (span) => span.replaceAll('\\', ''));
const cell = (text: string): string => escaped(text).replaceAll('|', '\\|');
