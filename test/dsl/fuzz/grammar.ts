import type { Random } from './random.js';

/** Blanks between two tokens: mostly one, at times none that is needed, many, or a comment. */
export const layout = (random: Random) => () => random.pick([' ', ' ', ' ', ' ', '  ', '\t', ' /* c */ ', '   ']);

/** Programs that the grammar accepts, in any layout; whether they mean something is another matter. */
export function program(random: Random): string {
  return Array.from({ length: 1 + random.below(3) }, (_, i) => declaration(random, i)).join(random.pick(['\n', '\n\n\n', ';', ' ;\r\n', '\n// c\n', '\n/* c\nd */\n']));
}

const names = ['text', 'topic', 'label', 'topics', 'quality', 'note', 'parts', 'both', 'id', 'p', 'q', 'x', 'message', 'a-b', '`a b`', 'first', 'status', 'unknown'];
const list = (random: Random, make: () => string, least = 0) => {
  const items = Array.from({ length: least + random.below(3) }, make);
  return items.join(random.pick([',', ', ', ' , ', ',\n  '])) + (items.length > 0 && random.below(6) === 0 ? ',' : '');
};
const text = (random: Random, depth: number) => {
  const parts = () => Array.from({ length: random.below(3) }, () => random.pick(['a', ' ', '\\n', '{{', '}}', '\\u{e9}', '//', 'é', ';', `{${spaced(random, expression(random, depth + 2))}}`])).join('');
  return random.below(5) === 0 ? `"""${random.pick(['', '\n', '\n  ', '\r\n'])}${parts()}${random.pick(['', '\n', '\n    ', ' " '])}"""` : `"${parts().replace(/[\r\n]/g, '')}"`;
};
const spaced = (random: Random, inner: string) => random.pick(['', ' ']) + inner + random.pick(['', ' ']);

function expression(random: Random, depth = 0): string {
  const inner = () => expression(random, depth + 1);
  const gap = layout(random);
  const tight = () => random.pick(['', ' ', '  ']);
  if (depth > 3 || random.below(3) === 0) return random.pick([() => random.pick(names), () => random.pick(names), () => random.pick(['0', '1.5', '2e3', 'true', 'null']), () => text(random, depth + 1)])();
  return random.pick([
    () => `${inner()}${tight()}${random.pick(['+', '*', '/', '==', '!=', '<', '>=', '??'])}${tight()}${inner()}`,
    () => `${inner()}${gap()}${random.pick(['-', 'and', 'or', 'in'])}${gap()}${inner()}`,
    () => `${random.pick(['not ', '-', '- ', '+', '--', 'not not '])}${inner()}`,
    () => `(${random.pick(['', ' ', '\n', '// c\n'])}${inner()}${random.pick(['', ' ', '\n', ' /* c */'])})`,
    () => `[${tight()}${list(random, inner)}${tight()}]`,
    () => `${inner()}${tight()}?${tight()}${inner()}${tight()}:${tight()}${inner()}`,
    () => `${random.pick(['trim', 'join', 'min', 'message', 'replace', 'system'])}${tight()}(${list(random, () => (random.below(5) === 0 ? `${random.pick(['by', 'pattern', 'text', 'a'])}${tight()}:${tight()}` : '') + inner())})`,
    () => `${inner()}${tight()}|${tight()}${random.pick(['trim', 'lower()', 'join(", ")', 'default ("")', 'message'])}`,
    () => `${random.pick(names)}${tight()}[${random.pick([inner(), `:${inner()}`, `${inner()} : ${inner()}`, `${inner()}:`, ':'])}]`,
    () => `${random.pick(['field', 'question', 'suggestion', 'metadata', 'suggestion.label'])}${tight()}.${tight()}${random.pick([...names, 'score', 'in', 'null'])}`,
    () => `${random.pick(['label', 'topics', 'quality', 'note', 'question.label'])} by ${random.pick(['majority', 'mean', 'disagreement', 'dawid_skene'])}${random.pick(['', '', '(ties: random)', ' (statuses: [draft, submitted])'])}`,
    () => text(random, depth + 1),
  ])();
}

const ends = ['\n', '\n', '\n', ' // c\n', ';', '\r\n', '\n\n', ' // {\n\n', ';\n\n\n', ' /* c */\n'];
const entries = (random: Random, make: () => string) => Array.from({ length: random.below(4) }, () => make() + random.pick(ends)).join('');

export function entry(random: Random, depth = 0): string {
  const value = () => `${random.pick(['=', ' = ', '  =', '= '])}${expression(random)}`;
  return random.pick([
    () => `${random.pick(['text', 'prompt', 'completion', 'label', 'chosen', 'query'])}${value()}`,
    () => `let ${random.pick(names)}${value()}`,
    () => `where ${expression(random)}`,
    () => (depth > 2 ? 'where true' : `for ${random.pick(['each response', 'first response', 'each response including draft,discarded', 'each pair (a,b) in preference by mean', `each x in ${expression(random)}`])}${random.pick(['', ' '])}{${random.pick(ends)}${entries(random, () => entry(random, depth + 1))}}`),
  ])();
}

function declaration(random: Random, index: number): string {
  const name = random.pick(['message', 'p', 'q', `d${index}`]);
  const open = random.pick([' {', '{', '\n{', ' { // c\n', ' {\n\n']);
  const body = (make: () => string) => `${open}${random.pick([' ', '\n'])}${entries(random, make)}}`;
  const setting = (): string => random.pick([
    () => `${random.pick(['task', 'framework', 'model', 'seed', 'train_size', 'c'])} = ${random.pick(['d0', 'linear', 'trl', '"gpt2"', '-1', '[1,2]', 'p', '0.5'])}`,
    () => `${random.pick(['options', 'lora', 'launch ray', 'launch local'])}{ ${random.pick(['c', 'r', 'batch_size'])}=${random.pick(['1', '"x"', 'p'])} }`,
  ])();
  return random.pick([
    () => `param ${name} =${random.pick(['1', '-1', '"x"', ' [1]', 'null', ' "{p}"', expression(random)])}`,
    () => `template ${name}(${list(random, () => `${random.pick(['a', 'b', 'text'])}${random.pick(['', '', ' = ""'])}`)}) = ${expression(random)}`,
    () => `task d${index}: ${random.pick(['sft', 'sft', 'text_classification', 'rm', 'dpo'])}${random.pick([' on messages', ' on messages', ' on emotion', ''])}${body(() => entry(random))}`,
    () => `task d${index}: sft on messages${body(() => entry(random))}`,
    () => `task d${index} extends d${random.below(3)}${body(() => entry(random))}`,
    () => `task d${index}: sft on messages using ${random.pick(['f', '"./a.ts#f"'])}`,
    () => `training d${index}${random.pick(['', ' extends d0'])}${body(setting)}`,
    () => `dataset d${index} from ${random.pick(['hub', 'file', 'folder', 'value'])} ${random.pick(['"x"', 'x'])}${random.pick(['', body(() => random.pick(['field text = review', 'question q:label("a","b")=rating', 'question r: rating(1 to 5) = `a b`', 'record=id', 'question s: span("a") of text = x', 'metadata k = c', 'split = "train"']))])}`,
    () => `include ${text(random, 4)}`,
  ])();
}
