/** What the test service fine-tunes: a small classifier of texts that really learns, so that a job's result can be better or worse. */

export interface Example {
  readonly text: string;
  readonly answer: string;
}

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Multinomial naive Bayes over words, with one added to each count. */
export class NaiveBayes {
  readonly #answers = new Map<string, { rows: number; total: number; counts: Map<string, number> }>();
  readonly #vocabulary = new Set<string>();
  #rows = 0;

  constructor(examples: readonly Example[]) {
    for (const { text, answer } of examples) {
      const known = this.#answers.get(answer) ?? { rows: 0, total: 0, counts: new Map<string, number>() };
      this.#answers.set(answer, known);
      known.rows++;
      this.#rows++;
      for (const word of words(text)) {
        known.total++;
        known.counts.set(word, (known.counts.get(word) ?? 0) + 1);
        this.#vocabulary.add(word);
      }
    }
  }

  /** Each answer's probability, the likeliest first. */
  probabilities(text: string): [answer: string, probability: number][] {
    const logs = [...this.#answers].map(([answer, { rows, total, counts }]) => {
      const seen = words(text).filter((word) => this.#vocabulary.has(word));
      return [answer, seen.reduce((sum, word) => sum + Math.log(((counts.get(word) ?? 0) + 1) / (total + this.#vocabulary.size)), Math.log(rows / this.#rows))] as const;
    });
    const most = Math.max(...logs.map(([, log]) => log));
    const sum = logs.reduce((total, [, log]) => total + Math.exp(log - most), 0);
    return logs.map(([answer, log]): [string, number] => [answer, Math.exp(log - most) / sum]).sort((a, b) => b[1] - a[1]);
  }

  /** Mean negative log-likelihood of answers, in nats. */
  loss(examples: readonly Example[]): number {
    return examples.reduce((sum, { text, answer }) => sum - Math.log(new Map(this.probabilities(text)).get(answer) ?? 1e-6), 0) / examples.length;
  }
}
