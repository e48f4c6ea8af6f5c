import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { List, Table, tableToIPC, Utf8, Field, vectorFromArray, type Vector } from 'apache-arrow';
import type { TrainingData } from '../../../runtime/trainer.js';

export interface Message {
  readonly text: string;
  readonly label: string;
}

const topics: Readonly<Record<string, readonly string[]>> = {
  billing: ['invoice', 'refund', 'charged twice', 'payment failed', 'credit card', 'bank statement', 'discount code'],
  delivery: ['parcel', 'courier', 'tracking number', 'late delivery', 'wrong address', 'doorstep', 'shipping'],
  account: ['password', 'log in', 'username', 'verification mail', 'two-factor', 'profile', 'locked out'],
  product: ['broken screen', 'battery', 'manual', 'colour', 'spare part', 'size chart', 'warranty'],
  praise: ['thank you', 'great service', 'wonderful', 'very happy', 'recommend', 'friendly staff', 'five stars'],
};
const frames = ['Hello, {a} and also {b}.', 'I have a question about {a}: {c}?', '{a}!!! {b}, please help', 'since monday {a}; my {b} is {c}', 'Dear team, {c} {a} {c}'];
const fillers = ['please', 'order 1234', 'again', 'why', 'yesterday', 'the app', 'nobody answers', 'naïve café', 'ok', 'x', 'last week', 'really', 'team', 'website'];
/** Where Python and JavaScript could differ: case, marks, blanks, digits, characters beyond the BMP. */
export const edgeTexts = [
  'ΟΔΥΣΣΕΥΣ ΣΑΣ Σ', 'İstanbul Iğdır ıI', 'STRASSE Straße ẞ', 'e\u0301tude étude ÉTUDE', 'नमस्ते दुनिया', 'ไทยแลนด์ ภาษา', '日本語のテキスト 東京', '😀😃 smile 👩‍👩‍👧 fam', '𝒜𝓁𝓅𝒽𝒶 𐐀𐐨 𐐁', 'a_b __init__ x1 ²³ ½ Ⅷ ٣٤', 'tab\tnbsp\u00a0nel\u0085fs\u001crs\u001eem\u2003ideo\u3000end', 'zero\u200bwidth\ufeffbom', "don't can't l'été", 'a b c d', '   ', 'x', '\uffff\ue000 \u{10ffff}', 'ﬀﬁ ŉ ǰ', 'Ǆ ǅ ǆ',
];

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Customer messages that can be told apart, but not all of them: every seventh talks of another topic too, some labels are wrong. */
export function messages(count: number, seed = 1): Message[] {
  const next = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!;
  const labels = Object.keys(topics);
  return Array.from({ length: count }, () => {
    const label = pick(labels);
    const other = next() < 0.3 ? pick(labels) : label;
    let text = pick(frames).replace('{a}', pick(topics[label]!)).replace('{b}', next() < 0.5 ? pick(topics[other]!) : pick(fillers));
    text = text.replaceAll('{c}', () => pick(fillers)) + ` ${pick(fillers)} ${pick(fillers)}`;
    return { text: next() < 0.1 ? text.toUpperCase() : text, label: next() < 0.05 ? pick(labels) : label };
  });
}

/** Rows as Arrow IPC file, as prepared data have them. */
export function arrowFile(rows: readonly { readonly text: string; readonly label: string | readonly string[] }[], multiLabel = false): Uint8Array {
  const label = multiLabel
    ? vectorFromArray(rows.map((row) => row.label), new List(new Field('item', new Utf8(), true)))
    : vectorFromArray(rows.map((row) => row.label as string), new Utf8());
  const columns: Record<string, Vector> = {
    text: vectorFromArray(rows.map((row) => row.text), new Utf8()),
    label,
    id: vectorFromArray(rows.map((_, i) => String(i)), new Utf8()),
    record: vectorFromArray(rows.map((_, i) => String(i)), new Utf8()),
  };
  return tableToIPC(new Table(columns), 'file');
}

type Rows = Parameters<typeof arrowFile>[0];

/** A folder of prepared data. */
export function prepared(folder: string, train: Rows, test: Rows | null, options: { labels?: string[] | null; multiLabel?: boolean } = {}): TrainingData {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'train.arrow'), arrowFile(train, options.multiLabel));
  if (test) writeFileSync(join(folder, 'test.arrow'), arrowFile(test, options.multiLabel));
  const labels = options.labels === undefined ? [...new Set([...train, ...(test ?? [])].flatMap((row) => row.label))].sort() : options.labels;
  return {
    folder,
    manifest: {
      fingerprint: 'prepared',
      task: { name: 'topic', kind: 'text_classification', fingerprint: 'task' },
      columns: [{ name: 'text', type: 'text' }, { name: 'label', type: options.multiLabel ? 'texts' : 'text' }],
      labels,
      counts: { test: { rows: test?.length ?? 0 } },
    },
  };
}
