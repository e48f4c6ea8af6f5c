import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entry, layout, program } from './grammar.js';
import { generator, type Random } from './random.js';

/** What the language is tried on: made from its seed alone. */
export interface Input {
  readonly seed: number;
  readonly kind: string;
  readonly text: string;
}

const folder = join(import.meta.dirname, '../../fixtures/dsl');
const programs = readdirSync(folder, { withFileTypes: true }).filter((found) => found.isDirectory())
  .map(({ name }) => readFileSync(join(folder, name, 'input.task'), 'utf8'));
const declarations = programs.flatMap((text) => text.split(/^(?=(?:task|dataset|training|template|param|include) )/m)).filter((text) => text.trim() !== '' && text.length < 4000);

const words = [
  'let', 'where', 'for', 'and', 'or', 'not', 'in', 'by', 'true', 'false', 'null', 'param', 'dataset', 'template', 'task', 'training', 'include', 'from', 'on', 'using',
  'extends', 'field', 'question', 'each', 'first', 'of', 'to', 'including', 'sft', 'messages', 'text', 'label', 'response', 'pair', 'majority', 'ties', 'statuses', 'submitted',
  'options', 'launch', 'setfit', 'model', 'framework', 'hub', 'file', 'rating', 'suggestion', 'metadata', 'a', 'x-1', '`a b`', '__proto__', 'constructor', 'toString', 'trim',
];
const marks = [
  '{', '}', '(', ')', '[', ']', '"', '"""', '`', "'", ',', ':', ';', '\n', '\r\n', '\r', '\t', ' ', '|', '||', '&&', '??', '?', '==', '===', '=>', '=', '!=', '!', '<', '>=', '+', '-',
  '*', '/', '%', '.', '..', '\\', '\\n', '\\u{1F600}', '\\u{', '{{', '}}', '//', '/*', '*/', '// c\n', '/* c */', '0', '1.5', '1e999', '2st', '1.', '.5', '"x"', '"{text}"',
  '\u{1F600}', '\0', '\ud800', '\udc00', '\u2028', '\u00a0', '\ufeff', '\uffff', 'é', '中', '\x1b',
];
const stretches = [
  'task t: sft on messages {', 'for each response {', 'for each pair (a, b) in ', 'let ', 'where ', ' by majority', ' in ', 'not ', 'and ', 'extends a', 'on ', 'using f', 'include "x"',
  'field.', 'suggestion.label', 'options { ', 'launch ray {', 'param p = ', 'template t(a, b = "") = ', 'training r {', 'dataset d from file "x" {', 'question q: label("a") = ',
];

const bytes = (random: Random) => Buffer.from(Array.from({ length: random.below(120) }, () => (random.below(2) ? random.below(256) : 0x20 + random.below(0x60))));

/** Words and marks of the language in any order. */
const soup = (random: Random) =>
  Array.from({ length: 1 + random.below(60) }, () => random.pick(random.pick([words, marks, marks, stretches])) + random.pick(['', ' ', ' ', '\n'])).join('');

const real = (random: Random) => Array.from({ length: 1 + random.below(2) }, () => random.pick(declarations)).join('\n');

/** A real program with some pieces put in, taken out, doubled or changed for others. */
function mutated(random: Random): string {
  let text = real(random);
  for (let i = random.below(4); i >= 0; i--) {
    const at = random.below(text.length + 1);
    const from = random.below(text.length + 1);
    const put = random.pick([random.pick(marks), random.pick(words), random.pick(stretches), '', text.slice(from, from + random.below(60)), String.fromCharCode(random.below(0x10000))]);
    text = text.slice(0, at) + put + text.slice(at + random.below(8));
  }
  return text;
}

/** A real program that breaks off: in, before or behind something of each kind, so that rare ones are met as often as blanks. */
function truncated(random: Random): string {
  const text = real(random);
  const kind = random.pick([/["`]/g, /[{}]/g, /[()[\]]/g, /[\n;]/g, /[=:,.|?]/g, /\/[/*]/g, /\\/g, /\d/g, /[A-Za-z]/g, /[ \t]/g, /[^\0-\x7f]/g]);
  const places = [...text.matchAll(kind)].map(({ index }) => index + random.below(2));
  return text.slice(0, places.length > 0 ? random.pick(places) : random.below(text.length + 1));
}

/** A real program with other blanks, line ends and comments wherever some stood. */
function laidOut(random: Random): string {
  const blank = layout(random);
  return random.pick(declarations).replace(/"""[^]*?"""|"[^"\n]*"|\/\/.*|[ \t]+|\n/g, (found) =>
    (/^["/]/.test(found) || random.below(3) > 0 ? found : found === '\n' ? random.pick(['\n', '\n\n\n', '\r\n', ';', '  \n\t', ' // c\n', ';;\n']) : blank()));
}

const nests: readonly (readonly [string, string])[] = [
  ['(', ')'], ['[', ']'], ['true ? ', ' : 0'], ['(true ? 1 : ', ')'], ['not ', ''], ['-', ''], ['- ', ''], ['text + ', ''], ['', ' | trim'], ['', '[0]'], ['', '[:1]'], ['text ?? ', ''],
  ['"{', '}"'], ['"""{', '}"""'], ['"{{', '"'], ['trim(', ')'], ['x(a: ', ')'], ['', '.a'], ['', ' by majority'], ['(', ''], ['', ')'], ['[', ''], ['"{', ''], ['{', '}'], ['{', ''],
  ['for each response {\n', '\n}'], ['for each i in text {', '}'], ['for each response {', ''], ['options {', '}'], ['"""\n  {', '}\n"""'], ['/*', '*/'], ['[text, ', ']'],
];

/** Things in things: mostly a few, at times very deep, at times of several kinds. */
function nested(random: Random): string {
  const deep = random.below(40) === 0 ? 1000 + random.below(5000) : random.below(4) === 0 ? 40 + random.below(200) : random.below(20);
  const [one, other] = [random.pick(nests), random.pick(nests)];
  const mixed = random.below(3) === 0;
  const levels = Array.from({ length: deep }, (_, i) => (mixed && i % 2 ? other : one));
  const opens = levels.map(([open]) => open).join('');
  const closes = levels.reverse().slice(random.below(8) === 0 ? random.below(3) : 0).map(([, close]) => close).join('');
  const [before, after] = random.pick([
    ['task t: sft on messages { text = ', ' }'], ['task t: sft on messages {\n', '\n}'], ['param p = ', ''], ['template m(a) = ', '\nparam q = 1'], ['training r { ', ' }'],
    ['dataset d from file "x" { field a = ', ' }'], ['', ''], ['task t: sft on messages { where ', '\n text = text }'],
  ]);
  return `${before}${opens}${random.pick(['text', '1', '""', '', 'note by disagreement'])}${closes}${after}`;
}

/** One thing that is far larger than people write it. */
function huge(random: Random): string {
  const many = (text: string, least: number, most: number) => text.repeat(least + random.below(most - least));
  return random.pick([
    () => `param a = "${many('x', 100_000, 1_000_000)}"`,
    () => `param a = """\n${many('  some text\n', 5000, 20_000)}  """`,
    () => `param a = "${many('\\n{{', 5000, 20_000)}"`,
    () => `param a = ${many('9', 300, 100_000)}${random.pick(['', '.5', 'e999', 'x'])}`,
    () => `param a = [${many('1, ', 500, 2500)}]`,
    () => `param ${many('n', 10_000, 300_000)} = 1`,
    () => `task t: sft on messages { text = ${many('n-', 1000, 100_000)}1 }`,
    () => `param a = \`${many('x ', 10_000, 100_000)}\``,
    () => `/*${many('* / ', 10_000, 100_000)}${random.pick(['*/', ''])}param a = 1`,
    () => `// ${many('x', 10_000, 300_000)}\nparam a = 1`,
    () => `param a = 1${many(random.pick(['\n', ';', ' ', '\t', '\r\n', '\r']), 10_000, 100_000)}param b = 2`,
    () => Array.from({ length: 200 + random.below(400) }, (_, i) => `param p${i} = ${i}`).join('\n'),
    () => `task t: sft on messages {\n${Array.from({ length: 100 + random.below(400) }, (_, i) => `  let x${i} = ${i ? `x${i - 1}` : 'text'} + "a"`).join('\n')}\n text = text\n}`,
    () => `task t: sft on messages { text = "${many('{text} ', 500, 2000)}" }`,
    () => `task t: sft on messages {\n${many('  where text = \n', 100, 400)}}`,
    () => many(`${random.pick(declarations).slice(0, 300)}\n`, 20, 200),
    () => many(random.pick(['"', '`', '{', '}', '(', ')', '[', ']', '"{', '"""', '\\', '?', '-', '!', "'", '\0', '\u{1F600}', 'é', 'a ', 'a=', '1 ', '1a ', '%', 'task ', '{"']), 1000, 10_000),
  ])();
}

/** Kinds of input and how many of a thousand are of each. */
const kinds: readonly (readonly [string, number, (random: Random) => string])[] = [
  ['bytes as UTF-8', 70, (random) => bytes(random).toString('utf8')],
  ['bytes as Latin-1', 50, (random) => bytes(random).toString('latin1')],
  ['tokens', 150, soup],
  ['mutated', 270, mutated],
  ['truncated', 120, truncated],
  ['laid out', 90, laidOut],
  ['generated', 150, (random) => program(random)],
  ['an entry', 48, (random) => `task t: sft on messages {\n${entry(random)}\n}`],
  ['nested', 50, nested],
  ['huge', 2, huge],
];
const whole = kinds.reduce((sum, [, share]) => sum + share, 0);

export function inputOf(seed: number): Input {
  const random = generator(seed);
  let at = random.below(whole);
  const [kind, , make] = kinds.find(([, share]) => (at -= share) < 0)!;
  return { seed, kind, text: make(random) };
}
