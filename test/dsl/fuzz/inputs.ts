/** Programs as nobody would write them, each decided by its seed alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A whole number from 0 up to `below` (not included). */
export type Random = (below: number) => number;

/** Mulberry32: small, seeded, the same everywhere. */
export function generator(seed: number): Random {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const fixtures = join(import.meta.dirname, '../../fixtures/dsl');
const programs = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => readFileSync(join(fixtures, name, 'input.task'), 'utf8'));
const declarations = programs.flatMap((text) => text.split(/^(?=(?:task|dataset|training|template|param|include) )/m)).filter((text) => text.length < 2000);

const pieces = [
  '{', '}', '(', ')', '[', ']', '"', '"""', '`', ',', ':', ';', '\n', '\r\n', '\t', '|', '??', '?', '==', '=', '.', '-', '\\', '\\u{1F600}', '{{', '}}', '//', '/*', '*/',
  '😀', '\u0000', '\ud800', 'é', ' ', '1e999', '0.5', 'task t: sft on messages {', 'for each response {', 'for each pair (a, b) in ', 'for first response {', 'let ', 'where ',
  ' by majority', ' in ', 'not ', 'and ', 'null', 'extends a', 'on ', 'using f', 'include "x"', 'text', 'label', 'field.', 'suggestion.label', '__proto__', 'constructor', 'toString',
  'options { ', 'launch ray {', 'template x(a, b = 1) = ', 'x(a: ', 'param p = ', 'dataset d from file "x.csv" {', 'question q: label("a") = ', 'training m { ', 'including draft',
];
const nests = [
  ['(', ')'], ['[', ']'], ['"{', '}"'], ['true ? ', ' : 0'], ['not ', ''], ['-', ''], ['text + ', ''], ['', ' | trim'], ['', '[0]'], ['text ?? ', ''], ['trim(', ')'], ['for each response { text = ', ' }'], ['options { a = ', ' }'],
] as const;

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)]!;
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

function mutant(random: Random): string {
  let text = times(1 + random(3), () => pick(random, declarations)).join('');
  for (let i = random(5); i >= 0; i--) {
    const [at, length] = [random(text.length + 1), random(8)];
    const put = [pick(random, pieces), '', text.slice(random(text.length), random(text.length)).slice(0, 60)][random(3)]!;
    text = text.slice(0, at) + put + text.slice(at + length);
  }
  return text;
}

function bytes(random: Random): string {
  const raw = Buffer.from(times(random(120), () => (random(3) === 0 ? random(256) : 32 + random(95))));
  const text = raw.toString(random(2) === 0 ? 'utf8' : 'latin1');
  return random(2) === 0 ? text : `task t: sft on messages {\n text = ${text}\n}`;
}

const soup = (random: Random): string => times(random(40), () => pick(random, pieces)).join(random(2) === 0 ? '' : ' ');

function cut(random: Random): string {
  const text = pick(random, declarations);
  return text.slice(0, random(text.length + 1));
}

function nested(random: Random): string {
  const layers = times(1 + random(3), () => pick(random, nests));
  const depth = random(20) === 0 ? 150 + random(400) : random(12);
  const [opening, closing] = [times(depth, (i) => layers[i % layers.length]![0]), times(depth, (i) => layers[i % layers.length]![1]).reverse()];
  const lost = random(4) === 0 ? random(closing.length + 1) : 0;
  return `task t: sft on messages { text = ${opening.join('')}text${closing.slice(lost).join('')} }`;
}

function huge(random: Random): string {
  const count = 1000 + random(5000);
  return pick(random, [
    () => `param a = "${'x'.repeat(count * 10)}"`, () => `param a = [${'1, '.repeat(count)}]`, () => `param a = ${'9'.repeat(count)}`, () => `param ${'a'.repeat(count)} = 1`,
    () => `${'// comment\n'.repeat(count)}param a = 1`, () => `/*${'*'.repeat(count)}`, () => `param a = """\n${'  line {p}\n'.repeat(count / 20)}"""`, () => '\n'.repeat(count),
    () => times(count / 50, (i) => `param p${i} = ${i}`).join('\n'), () => `task t: sft on messages {\n${times(count / 50, (i) => `let a${i} = text`).join('\n')}\ntext = text }`,
  ])();
}

/** One input: mostly mutated programs, seldom something huge. */
export function input(seed: number): string {
  const random = generator(seed);
  const kind = random(1000);
  if (kind < 2) return huge(random);
  if (kind < 60) return nested(random);
  if (kind < 200) return bytes(random);
  if (kind < 350) return soup(random);
  return kind < 500 ? cut(random) : mutant(random);
}
