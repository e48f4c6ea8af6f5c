/** Rows of each kind of task: good ones, ones of one class alone, and ones with texts that are too long and a label that no training row has. */
import { RecordSplit } from '../../../runtime/prepare/split.js';
import type { KindName, RowOf } from '../../../runtime/task/kinds/rows.js';

const things = ['parcel', 'invoice', 'camera', 'battery'];
const findings = ['late', 'great', 'lost', 'lovely', 'twice'];
const count = things.length * findings.length;
export const trainSize = 0.8;
const written = things.flatMap((thing) => findings.map((finding) => `The ${thing} was ${finding}.`));
const tail = ' It was late.'.repeat(100);
/** Longer than spaCy's own limit, a million characters: few words, so that it is soon read. */
const veryLongTail = ` ${'late'.repeat(60)}`.repeat(4500);

/** Which rows are for training, whatever their kind is: they are drawn by seed and id. */
const split = new RecordSplit(42);
written.forEach((_, i) => split.add(String(i)));
const sides = split.sides(count * trainSize);
const places = (isTrain: boolean): number[] => sides.flatMap((side, i) => (side === isTrain ? [i] : []));
/** One of each side has a text that is too long. */
const tooLong = [places(true)[0]!, places(false)[0]!];
/** The test row with a label that no training row has. */
const other = places(false)[1]!;

export interface Rows<K extends KindName> {
  readonly kind: K;
  readonly good: readonly RowOf<K>[];
  readonly oneClass?: readonly RowOf<K>[];
  readonly flawed: readonly RowOf<K>[];
}

/** `make` gives a row for a text; `label` is 0 or 1 for rows that differ, 2 for the label that is seen nowhere else. A text that is too long may be the `prompt`. */
function rowsOf<K extends KindName>(kind: K, make: (text: string, label: number, isPrompt: boolean) => RowOf<K>, oneClass?: (text: string) => RowOf<K>, behind = tail): Rows<K> {
  return {
    kind,
    good: written.map((text, i) => make(text, i % 2, false)),
    flawed: written.map((text, i) => make(tooLong.includes(i) ? text + behind : text, i === other ? 2 : i % 2, i === tooLong[1])),
    ...(oneClass && { oneClass: written.map(oneClass) }),
  };
}

const labels = ['good', 'bad', 'odd'];
/** A service keeps the model: what is left here is little more than its labels. */
export const longLabels = rowsOf('text_classification', (text, label) => ({ text, label: label === 2 ? 'odd' : labels[label]!.repeat(2000) }), (text) => ({ text, label: 'good' }));
export const oneLabel = rowsOf('text_classification', (text, label) => ({ text, label: labels[label]! }), (text) => ({ text, label: 'good' }));
export const oneLabelOfVeryLong = rowsOf('text_classification', (text, label) => ({ text, label: labels[label]! }), (text) => ({ text, label: 'good' }), veryLongTail);
export const severalLabels = rowsOf('text_classification', (text, label) => ({ text, label: [labels[label]!] }), (text) => ({ text, label: [] }));
export const spans = rowsOf('token_classification', (text, label) => ({ text, spans: [{ label: labels[label]!, start: 4, end: text.indexOf(' ', 4) }] }), (text) => ({ text, spans: [] }));
export const answers = rowsOf('question_answering', (text) => ({ question: 'What was it?', context: text, answer: 'was' }));
export const texts = rowsOf('pretraining', (text) => ({ text }));
export const pairs = rowsOf('sentence_similarity', (text, label) => ({ 'sentence-1': text, 'sentence-2': `${text} Really.`, label }), (text) => ({ 'sentence-1': text, 'sentence-2': text, label: 1 }));
export const completions = rowsOf('supervised_fine_tuning', (text, _, isPrompt) => (isPrompt ? { prompt: text, completion: ' Yes.' } : { prompt: 'Tell me. ', completion: text }));
const preferred = { chosen: 'It was great.', rejected: 'It was lost.' };
export const rewards = rowsOf('reward_modeling', (text) => ({ chosen: `${text} ${preferred.chosen}`, rejected: preferred.rejected }), (text) => ({ chosen: text, rejected: text }));
export const preferences = rowsOf('direct_preference_optimization', (text, _, isPrompt) => (isPrompt ? { prompt: text, ...preferred } : { prompt: 'Tell me. ', chosen: text, rejected: preferred.rejected }), (text) => ({ prompt: 'Tell me. ', chosen: text, rejected: text }));
export const queries = rowsOf('proximal_policy_optimization', (query) => ({ query }));
export const prompts = rowsOf('prompt_completion', (text) => ({ prompt: 'Tell me. ', completion: text }));
