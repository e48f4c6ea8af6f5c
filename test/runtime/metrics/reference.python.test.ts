import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AnswerValue, RankedItem } from '../../../runtime/dataset/record.js';
import { modelMetrics, type ComparedAnswers } from '../../../runtime/metrics/modelMetrics.js';
import { tokens13a } from '../../../runtime/metrics/tokens13a.js';
import { randomFrom, type Random } from '../../../runtime/random/random.js';
import type { FeedbackQuestion } from '../../../runtime/unify/feedback.js';
import { edgeTexts, messages } from '../linear/messages.js';
import { by, memory } from '../memory.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const python = process.env.TASKLAB_TEST_PYTHON ?? join(root, '.cache/python/bin/python');
const available = existsSync(python) && hasReferences();

function hasReferences(): boolean {
  try {
    execFileSync(python, ['-c', 'import sklearn, sacrebleu, nltk, rouge_score'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Answers of one Python process to several requests. */
function references<T>(requests: readonly object[]): T[] {
  const script = join(root, 'test/python/metrics_reference.py');
  return JSON.parse(execFileSync(python, [script], { input: JSON.stringify(requests), encoding: 'utf8', maxBuffer: 2 ** 28 })) as T[];
}

/** Our metrics of a data set with one answer and one suggestion a record. */
async function ours(question: Omit<FeedbackQuestion, 'name'>, truth: readonly AnswerValue[], predicted: readonly AnswerValue[]): Promise<ComparedAnswers> {
  const records = truth.map((answer, i) => ({ responses: by('q', { ann: answer }), suggestions: { q: { value: predicted[i]!, score: null, type: null, agent: null } } }));
  const { results } = await modelMetrics(memory([], [{ name: 'q', ...question }], records), 'q');
  return results[0]!;
}

/** Random answers, and suggestions that are right half the time. */
function draw<T>(count: number, name: string, value: (random: Random) => T): { truth: T[]; predicted: T[] } {
  const random = randomFrom(1, 'metrics', name);
  const truth = Array.from({ length: count }, () => value(random));
  return { truth, predicted: truth.map((right) => (random.next() < 0.5 ? right : value(random))) };
}

const seeds = [1, 2, 3, 4, 5];

describe('metrics beside the reference implementations', () => {
  beforeEach(({ skip }) => skip(!available, 'comparing metrics needs the Python packages that npm test installs (or TASKLAB_TEST_PYTHON)'));

  interface Classes { accuracy: number; macro: number[]; each: number[][]; confusion: number[][] & number[][][] }

  function expectClasses(result: ComparedAnswers, theirs: Classes): void {
    const { accuracy, precision, recall, f1 } = result.metrics;
    expect(accuracy!.value).toBeCloseTo(theirs.accuracy, 12);
    [precision, recall, f1].forEach((metric, i) => expect(metric!.value).toBeCloseTo(theirs.macro[i]!, 12));
    result.perClass.forEach((score, i) => [score.precision, score.recall, score.f1, score.support].forEach((value, k) => expect(value).toBeCloseTo(theirs.each[i]![k]!, 12)));
  }

  it.each([2, 3, 7])('scikit-learn: one of %i labels', async (size) => {
    const labels = Array.from({ length: size }, (_, i) => `label ${i}`);
    // The last label is rare or does not occur at all.
    const drawn = seeds.map((seed) => draw(60, `${size}-${seed}`, (random) => labels[Math.min(random.below(size), random.below(size))]!));
    const theirs = references<Classes>(drawn.map((each) => ({ metric: 'classes', labels, ...each })));
    for (const [i, { truth, predicted }] of drawn.entries()) {
      const result = await ours({ type: 'label', options: labels }, truth, predicted);
      expectClasses(result, theirs[i]!);
      expect(result.confusion).toEqual({ labels, counts: theirs[i]!.confusion });
    }
  });

  it('scikit-learn: several labels', async () => {
    const labels = ['a', 'b', 'c', 'd', 'e'];
    const drawn = seeds.map((seed) => draw(80, `several-${seed}`, (random) => labels.filter((_, i) => random.next() < 0.6 / (i + 1))));
    const theirs = references<Classes>(drawn.map((each) => ({ metric: 'classes', labels, ...each })));
    for (const [i, { truth, predicted }] of drawn.entries()) {
      const result = await ours({ type: 'multi_label', options: labels }, truth, predicted);
      expectClasses(result, theirs[i]!);
      const counts = result.labelConfusions.map((label) => [[label.trueNegatives, label.falsePositives], [label.falseNegatives, label.truePositives]]);
      expect(counts).toEqual(theirs[i]!.confusion);
    }
  });

  it('scikit-learn and scipy: ratings', async () => {
    const values = [0, 2, 4, 6, 8, 10];
    const drawn = seeds.map((seed) => draw(50, `ratings-${seed}`, (random) => values[random.below(6)]!));
    const theirs = references<Classes & number>(drawn.flatMap((each) => [{ metric: 'classes', labels: values, ...each }, { metric: 'pearson', ...each }, { metric: 'spearman', ...each }]));
    for (const [i, { truth, predicted }] of drawn.entries()) {
      const result = await ours({ type: 'rating', options: values }, truth, predicted);
      expectClasses(result, theirs[3 * i]!);
      expect(result.metrics['pearson']!.value).toBeCloseTo(theirs[3 * i + 1]!, 12);
      expect(result.metrics['spearman']!.value).toBeCloseTo(theirs[3 * i + 2]!, 12);
    }
  });

  it('scikit-learn: rankings with ties', async () => {
    const options = ['a', 'b', 'c', 'd', 'e'];
    const drawn = seeds.map((seed) => draw(40, `rankings-${seed}`, (random) => options.map((value): RankedItem => ({ value, rank: 1 + random.below(5) }))));
    const relevance = (rankings: readonly RankedItem[][]) => rankings.map((items) => items.map(({ rank }) => options.length + 1 - rank!));
    const theirs = references<number>(drawn.map(({ truth, predicted }) => ({ metric: 'ndcg', truth: relevance(truth), predicted: relevance(predicted) })));
    for (const [i, { truth, predicted }] of drawn.entries()) {
      // The order in which a ranking lists its options says nothing.
      const result = await ours({ type: 'ranking', options }, truth, predicted.map((items) => [...items].reverse()));
      expect(result.metrics['ndcg']!.value).toBeCloseTo(theirs[i]!, 12);
    }
  });

  /** Texts, and others that share words and runs of words with them. */
  function drawTexts(seed: number, count: number): { truth: string[]; predicted: string[] } {
    const random = randomFrom(seed, 'texts');
    const truth = [...messages(count, seed).map(({ text }) => `${text} It was 3.50 or 1,000 & "so-so" (2-3 days)...`), ...edgeTexts, '', 'one'];
    return { truth, predicted: truth.map((text) => text.split(' ').flatMap((word) => (random.next() < 0.15 ? [] : random.next() < 0.1 ? ['other', word] : [word])).join(' ')) };
  }

  it('sacrebleu, NLTK, rouge-score: texts', async () => {
    // Few short texts have no four-grams in common: there smoothing decides.
    const short = { truth: ['the cat sat on the mat today', 'a b c'], predicted: ['the cat stood on a mat', 'a c b'] };
    const none = { truth: ['one two three four'], predicted: ['five six seven eight nine'] };
    const brief = { truth: ['one two three'], predicted: ['one two three'] };
    const drawn = [...seeds.map((seed) => drawTexts(seed, 40)), short, none, brief];
    const theirs = references<number>(drawn.flatMap((each) => ['bleu', 'gleu', 'rouge_l'].map((metric) => ({ metric, ...each }))));
    for (const [i, { truth, predicted }] of drawn.entries()) {
      const { metrics } = await ours({ type: 'text' }, truth, predicted);
      expect(metrics['bleu']!.value).toBeCloseTo(theirs[3 * i]!, 10);
      expect(metrics['gleu']!.value).toBeCloseTo(theirs[3 * i + 1]!, 12);
      expect(metrics['rouge_l']!.value).toBeCloseTo(theirs[3 * i + 2]!, 12);
    }
  });

  it('sacrebleu: words and signs', () => {
    const texts = [...edgeTexts, 'Well, 3.5 kg.', 'e.g. 1.000,50 (x) [y] {z}', 'pre-\nfix 5-6 a-b', '&lt;b&gt; &amp;amp; &quot;q&quot;', 'in <skipped> out', '𝒜.𝓁,𝒽 .5 5. ,', 'end-\n', 'a\\b^c_d`e~f', '!?.;:', '..,,..', "it's $5 = 100%"];
    expect(texts.map(tokens13a)).toEqual(references<string[][]>([{ metric: 'tokens', truth: texts, predicted: [] }])[0]);
  });
});
