import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { predict } from '../../../runtime/frameworks/index.js';
import type { LabelPrediction } from '../../../runtime/frameworks/model.js';
import { ngrams } from '../../../runtime/linear/analyzer.js';
import { besides } from '../../../runtime/linear/csr.js';
import { fitTfidf, transformTfidf } from '../../../runtime/linear/tfidf.js';
import { work } from '../../../runtime/linear/worker.js';
import { classification, majorityLabel, majorityLabels, multiLabelClassification } from '../../../runtime/metrics/classification.js';
import { RunStore } from '../../../runtime/run/store.js';
import { edgeTexts, messages, prepared, random } from './messages.js';
import { newJob, rowsOf } from './job.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const python = process.env.TASKLAB_TEST_PYTHON ?? join(root, '.cache/python/bin/python');
const available = existsSync(python) && hasSklearn();
const why = 'comparing with scikit-learn needs the Python packages that npm test installs (or TASKLAB_TEST_PYTHON)';

function hasSklearn(): boolean {
  try {
    execFileSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Answers of one Python process to several requests. */
function references<T>(requests: readonly object[]): T[] {
  const script = join(root, 'test/python/sklearn_reference.py');
  return JSON.parse(execFileSync(python, [script], { input: JSON.stringify(requests), encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }, maxBuffer: 2 ** 29 })) as T[];
}

const reference = <T>(request: object): T => references<T>([request])[0]!;

describe('scikit-learn, on the same rows', () => {
  beforeEach(({ skip }) => skip(!available, why));
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tasklab-sklearn-'))));
  afterAll(() => rm(folder, { recursive: true }));

  async function train(name: string, rows: Parameters<typeof prepared>[1], others: readonly string[], options: object, multiLabel = false): Promise<LabelPrediction[]> {
    const data = prepared(join(folder, `${name}-data`), rows, null, { multiLabel });
    const run = await new RunStore(join(folder, name)).create(newJob(data, options), rowsOf(data));
    await work(run.jobFolder, { signal: new AbortController().signal });
    return predict(run, others);
  }

  describe.each<[string, { readonly sublinear_tf?: boolean; readonly min_df?: number }]>([
    ['the defaults', {}],
    ['sublinear counts', { sublinear_tf: true }],
    ['rare n-grams dropped', { min_df: 3 }],
    ['a share of the texts', { min_df: 0.02 }],
  ])('the TF-IDF matrix with %s', (_, options) => {
    it('has the same n-grams and values', async () => {
      const texts = [...messages(400).map((message) => message.text), ...edgeTexts];
      const others = [...messages(100, 2).map((message) => message.text), ...edgeTexts, 'never seen', ''];
      const theirs = reference<{ terms: string[][]; starts: number[]; indices: number[]; values: number[] }>({ do: 'matrix', texts, others, options });
      const parts = [];
      for (const [i, [analyzer, range]] of ([['word', [1, 2]], ['char_wb', [3, 5]]] as const).entries()) {
        const own = { analyzer, ngrams: range, minDf: options.min_df ?? 1, maxFeatures: null, sublinearTf: options.sublinear_tf ?? false };
        const { vocabulary } = await fitTfidf(texts, own);
        expect(vocabulary.terms).toEqual(theirs.terms[i]);
        parts.push(await transformTfidf(others, vocabulary, new Map(vocabulary.terms.map((term, at) => [term, at])), own));
      }
      const ours = besides(parts);
      expect([...ours.starts]).toEqual(theirs.starts);
      expect([...ours.indices]).toEqual(theirs.indices);
      const apart = ours.values.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs.values[i]!)), 0);
      expect(apart).toBeLessThan(1e-6);
    });
  });

  it('keeps as many of the most frequent n-grams', async () => {
    const texts = messages(300).map((message) => message.text);
    const theirs = reference<{ terms: string[][] }>({ do: 'matrix', texts, others: texts.slice(0, 1), options: { max_features: 50 } }).terms[0]!;
    const count = (terms: readonly string[]): number[] =>
      terms.map((term) => texts.reduce((sum, text) => { ngrams('word', [1, 2], text, (found) => (sum += found === term ? 1 : 0)); return sum; }, 0)).sort((a, b) => a - b);
    const ours = (await fitTfidf(texts, { analyzer: 'word', ngrams: [1, 2], minDf: 1, maxFeatures: 50, sublinearTf: false })).vocabulary.terms;
    expect(count(ours)).toEqual(count(theirs));
  });

  it('cuts every character that Python knows as Python does', () => {
    const theirs = reference<{ known: number[]; word: number[]; blank: number[]; lower: Record<string, string> }>({ do: 'characters' });
    const found = (analyzer: 'word' | 'char_wb', text: string): boolean => {
      let any = false;
      ngrams(analyzer, [1, 1], text, () => (any = true));
      return any;
    };
    const different = theirs.known.filter((point, i) => {
      const character = String.fromCodePoint(point);
      const lower = theirs.lower[point] ?? character;
      if (character.toLowerCase() !== lower || found('char_wb', character) !== (theirs.blank[i] === 0)) return true;
      // Texts are cut after they are in lower case, so that alone is asked.
      return lower === character && found('word', character + character) !== (theirs.word[i] === 1);
    });
    expect(theirs.known.length).toBeGreaterThan(100_000);
    expect(different.map((point) => point.toString(16))).toEqual([]);
  });

  const accuracy = (right: readonly boolean[]): number => right.filter(Boolean).length / right.length;

  const five = 5;
  const tight = { tolerance: 1e-7, max_iter: 2000 };
  describe.each([
    ['five labels', five, {}],
    ['two labels', 2, {}],
    ['two labels, balanced', 2, { class_weight: 'balanced' }],
    ['five labels, balanced, weaker regularization', five, { class_weight: 'balanced', C: 10 }],
  ] as const)('%s', (name, most, options) => {
    const labels = [...new Set(messages(400).map((message) => message.label))].sort().slice(0, most);
    // Unequal numbers, so that balancing matters.
    const rows = messages(500).filter(({ label }, i) => labels.includes(label) && (label !== labels[0] || i % 3 === 0));
    const folds = Array.from({ length: 5 }, (_, fold) => ({ kept: rows.filter((_, i) => i % 5 !== fold), held: rows.filter((_, i) => i % 5 === fold) }));
    const ask = (fold: (typeof folds)[number], more: object): object => ({
      do: 'train',
      texts: fold.kept.map((row) => row.text),
      labels: fold.kept.map((row) => row.label),
      others: fold.held.map((row) => row.text),
      classes: labels,
      options: { ...options, ...more },
      multi_label: false,
    });
    const folder = name.replaceAll(/[^a-z]+/g, '_');

    it('are told apart as well in five folds', async () => {
      const theirs = references<number[][]>(folds.map((fold) => ask(fold, {})));
      const right: { ours: boolean[]; theirs: boolean[] } = { ours: [], theirs: [] };
      for (const [at, { kept, held }] of folds.entries()) {
        const ours = await train(`${folder}_${at}`, kept, held.map((row) => row.text), options);
        held.forEach((row, i) => {
          right.ours.push(ours[i]!.label === row.label);
          const shares = theirs[at]![i]!;
          right.theirs.push(labels[shares.indexOf(Math.max(...shares))] === row.label);
        });
      }
      expect(accuracy(right.theirs)).toBeGreaterThan(0.8);
      expect(Math.abs(accuracy(right.ours) - accuracy(right.theirs))).toBeLessThanOrEqual(0.02);
    });

    it('get the same probabilities where both solve to the end', async () => {
      const [fold] = folds;
      const theirs = reference<number[][]>(ask(fold!, tight));
      const ours = await train(`${folder}_tight`, fold!.kept, fold!.held.map((row) => row.text), { ...options, ...tight });
      const apart = Math.max(...ours.flatMap(({ scores }, i) => labels.map((label, k) => Math.abs(scores[label]! - theirs[i]![k]!))));
      expect(apart).toBeLessThan(1e-4);
    });
  });

  it.each([[{}], [{ class_weight: 'balanced' }]])('several labels a row: the same probabilities with %j', async (balance) => {
    const options = { ...balance, ...tight };
    const next = random(7);
    const rows = messages(300).map(({ text, label }, i, all) => {
      const other = all[(i * 7 + 3) % all.length]!;
      return next() < 0.4 ? { text: `${text} ${other.text}`, label: [...new Set([label, other.label])].sort() } : { text, label: next() < 0.1 ? [] : [label] };
    });
    const classes = [...new Set(rows.flatMap((row) => row.label))].sort();
    const [kept, held] = [rows.slice(0, 240), rows.slice(240)];
    const others = held.map((row) => row.text);
    const ours = await train(`several_${Object.keys(balance).length}`, kept, others, options, true);
    const theirs = reference<number[][]>({ do: 'train', texts: kept.map((row) => row.text), labels: kept.map((row) => row.label), classes, others, options, multi_label: true });
    const apart = Math.max(...ours.flatMap((prediction, i) => classes.map((label, k) => Math.abs(prediction.scores[label]! - theirs[i]![k]!))));
    expect(apart).toBeLessThan(1e-4);
    expect(ours.map((prediction) => prediction.label)).toEqual(theirs.map((shares) => classes.filter((_, k) => shares[k]! > 0.5)));
  });

  interface Theirs { accuracy: number; macro: number[]; each: number[][]; confusion: number[][]; f1_micro: number; baseline: number }
  const labels = ['a', 'b', 'c', 'never'];

  it('measures one label a row alike', () => {
    const next = random(3);
    const truth = Array.from({ length: 60 }, () => labels[Math.floor(next() * next() * 3)]!);
    const predicted = truth.map((label) => (next() < 0.6 ? label : labels[Math.floor(next() * 2)]!));
    const theirs = reference<Theirs>({ do: 'metrics', labels, truth, predicted });
    const ours = classification(labels, truth, predicted);
    expect(ours.metrics.accuracy).toBeCloseTo(theirs.accuracy, 12);
    [ours.metrics.precision, ours.metrics.recall, ours.metrics.f1].forEach((value, i) => expect(value).toBeCloseTo(theirs.macro[i]!, 12));
    ours.perClass.forEach((score, i) => [score.precision, score.recall, score.f1, score.support].forEach((value, k) => expect(value).toBeCloseTo(theirs.each[i]![k]!, 12)));
    expect(ours.confusion!.counts).toEqual(theirs.confusion);
    const guess = majorityLabel(labels, truth);
    expect(classification(labels, truth, truth.map(() => guess)).metrics.accuracy).toBeCloseTo(theirs.baseline, 12);
  });

  it('measures several labels a row alike', () => {
    const next = random(4);
    const set = (): string[] => labels.slice(0, 3).filter(() => next() < 0.4);
    const truth = Array.from({ length: 60 }, set);
    const predicted = truth.map((row) => (next() < 0.5 ? row : set()));
    const theirs = reference<Theirs>({ do: 'metrics', labels, truth, predicted });
    const ours = multiLabelClassification(labels, truth, predicted);
    expect(ours.metrics.accuracy).toBeCloseTo(theirs.accuracy, 12);
    expect(ours.metrics.f1_micro).toBeCloseTo(theirs.f1_micro, 12);
    [ours.metrics.precision, ours.metrics.recall, ours.metrics.f1].forEach((value, i) => expect(value).toBeCloseTo(theirs.macro[i]!, 12));
    ours.perClass.forEach((score, i) => [score.precision, score.recall, score.f1, score.support].forEach((value, k) => expect(value).toBeCloseTo(theirs.each[i]![k]!, 12)));
    const guess = majorityLabels(labels, truth);
    expect(multiLabelClassification(labels, truth, truth.map(() => guess)).metrics.accuracy).toBeCloseTo(theirs.baseline, 12);
  });
});
