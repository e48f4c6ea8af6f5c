import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { agreement, type Agreement } from '../../../runtime/agreement/index.js';
import { fleissKappa } from '../../../runtime/agreement/kappa.js';
import type { AnswerValue } from '../../../runtime/dataset/record.js';
import { randomFrom } from '../../../runtime/random/random.js';
import { dawidSkene } from '../../../runtime/unify/strategies/dawidSkene.js';
import { memory } from '../memory.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const python = process.env.TASKLAB_TEST_PYTHON ?? join(root, '.cache/python/bin/python');
const available = existsSync(python) && hasReferences();

function hasReferences(): boolean {
  try {
    execFileSync(python, ['-c', 'import krippendorff, nltk, sklearn, statsmodels'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Answers of one Python process to several requests. */
function references<T>(requests: readonly object[]): T[] {
  const script = join(root, 'test/python/agreement_reference.py');
  return JSON.parse(execFileSync(python, [script], { input: JSON.stringify(requests), encoding: 'utf8', maxBuffer: 2 ** 28 })) as T[];
}

/** Annotators by records: agreeing two times of three, with a share of answers missing. */
function draw(seed: number, missing: number, classes = 4): (number | null)[][] {
  const random = randomFrom(seed, 'agreement');
  const truth = Array.from({ length: 60 }, () => random.below(classes));
  return Array.from({ length: 4 }, () => truth.map((right) => (random.next() < missing ? null : random.next() < 0.66 ? right : random.below(classes))));
}

async function ours(type: string, data: readonly (readonly (number | null)[])[], value: (answer: number) => AnswerValue): Promise<Agreement> {
  const records = data[0]!.map((_, record) => ({
    responses: data.flatMap((row, annotator) => (row[record] === null ? [] : [{ annotator: `a${annotator}`, status: 'submitted' as const, values: { q: value(row[record]!) } }])),
  }));
  return (await agreement(memory([], [{ name: 'q', type }], records), { resamples: 0 }))[0]!;
}

const seeds = [1, 2, 3, 4, 5];
const labels = [['a'], ['a', 'b'], ['b', 'c'], ['c']];

describe('agreement beside the reference implementations', () => {
  beforeEach(({ skip }) => skip(!available, 'comparing agreement needs the Python packages that npm test installs (or TASKLAB_TEST_PYTHON)'));

  it("Krippendorff's alpha: nominal, ordinal, interval, with answers missing", async () => {
    const levels = ['nominal', 'ordinal', 'interval'] as const;
    const theirs = references<number>(seeds.flatMap((seed) => levels.map((level) => ({ measure: 'alpha', data: draw(seed, 0.3), level }))));
    for (const [i, seed] of seeds.entries()) {
      const { alphas } = await ours('rating', draw(seed, 0.3), (answer) => answer);
      levels.forEach((level, k) => expect(alphas.find(({ distance }) => distance === level)!.value).toBeCloseTo(theirs[i * levels.length + k]!, 10));
    }
  });

  it("Krippendorff's alpha of sets of labels", async () => {
    const triples = (data: (number | null)[][]) => data.flatMap((row, annotator) => row.flatMap((answer, record) => (answer === null ? [] : [[`a${annotator}`, `r${record}`, labels[answer]]])));
    const theirs = references<number>(seeds.map((seed) => ({ measure: 'sets', triples: triples(draw(seed, 0.2)) })));
    for (const [i, seed] of seeds.entries()) {
      const { alphas } = await ours('multi_label', draw(seed, 0.2), (answer) => labels[answer]!);
      expect(alphas.find(({ distance }) => distance === 'jaccard')!.value).toBeCloseTo(theirs[i]!, 10);
    }
  });

  it("Fleiss' and Cohen's kappa", async () => {
    const data = seeds.map((seed) => draw(seed, 0) as number[][]);
    const theirs = references<number>([
      ...data.map((rows) => ({ measure: 'fleiss', data: rows[0]!.map((_, record) => rows.map((row) => row[record])) })),
      ...data.map(([left, right]) => ({ measure: 'cohen', left, right })),
    ]);
    for (const [i, rows] of data.entries()) {
      const { fleiss, pairs } = await ours('label', rows, (answer) => `l${answer}`);
      expect(fleiss.value).toBeCloseTo(theirs[i]!, 10);
      expect(fleissKappa(rows[0]!.map((_, record) => rows.map((row) => row[record]!)), 4).value).toBeCloseTo(theirs[i]!, 10);
      expect(pairs[0]!.annotators).toEqual(['a0', 'a1']);
      expect(pairs[0]!.kappa.value).toBeCloseTo(theirs[seeds.length + i]!, 10);
    }
  });

  it('the model of Dawid and Skene', () => {
    const made = seeds.map((seed) => {
      const votes = draw(seed, 0.2).flatMap((row, by) => row.flatMap((said, item) => (said === null ? [] : [{ item, by, said }])));
      const items = [...new Set(votes.map(({ item }) => item))].sort((a, b) => a - b);
      const sorted = votes.map((vote) => ({ ...vote, item: items.indexOf(vote.item) })).sort((a, b) => a.item - b.item);
      const column = (of: (vote: (typeof sorted)[number]) => number) => Int32Array.from(sorted, of);
      const fitted = dawidSkene({ items: items.length, annotators: 4, classes: 4, item: column((v) => v.item), by: column((v) => v.by), said: column((v) => v.said) });
      const counts = items.map((_, item) => Array.from({ length: 4 }, (_, by) => Array.from({ length: 4 }, (_, said) => sorted.filter((v) => v.item === item && v.by === by && v.said === said).length)));
      return { fitted, counts };
    });
    const theirs = references<{ priors: number[]; posteriors: number[][] }>(made.map(({ fitted, counts }) => ({ measure: 'dawid_skene', counts, steps: fitted.steps, smoothing: 0.01 })));
    for (const [i, { fitted }] of made.entries()) {
      theirs[i]!.priors.forEach((prior, k) => expect(fitted.priors[k]).toBeCloseTo(prior, 9));
      theirs[i]!.posteriors.flat().forEach((share, k) => expect(fitted.posteriors[k]).toBeCloseTo(share, 9));
    }
  });
});
