import { describe, expect, it } from 'vitest';
import { certain, labelScores } from '../../runtime/openai/scores.js';

const token = (text: string, share: number, others: Readonly<Record<string, number>> = {}) => ({
  token: text, logprob: Math.log(share), top_logprobs: [[text, share] as const, ...Object.entries(others)].map(([one, of]) => ({ token: one, logprob: Math.log(of) })),
});

describe('scores of labels by the tokens of an answer', () => {
  it('are those of the first tokens, where these tell the labels apart', () => {
    const scores = labelScores(['billing', 'delivery', 'account'], 'billing', [token('bil', 0.7, { del: 0.2, acc: 0.1 }), token('ling', 1)]);
    expect(scores).toEqual({ billing: expect.closeTo(0.7), delivery: expect.closeTo(0.2), account: expect.closeTo(0.1) });
  });

  it('are found further on, where labels begin alike or one begins another', () => {
    expect(labelScores(['not spam', 'not sure', 'ham'], 'not spam', [token('not', 0.8, { ham: 0.2 }), token(' s', 1), token('pam', 0.75, { ure: 0.25 })])).toEqual({ 'not spam': expect.closeTo(0.6), 'not sure': expect.closeTo(0.2), ham: expect.closeTo(0.2) });
    expect(labelScores(['pay', 'payment'], 'pay', [token('pay', 1), token('\n', 0.9, { ment: 0.1 })])).toEqual({ pay: expect.closeTo(0.9), payment: expect.closeTo(0.1) });
  });

  it('leave out what is no label, and add up to 1', () => {
    expect(labelScores(['a', 'b'], 'a', [token(' a', 0.6, { b: 0.2, Sorry: 0.2 })])).toEqual({ a: expect.closeTo(0.75), b: expect.closeTo(0.25) });
  });

  it('are 1 and 0 where no probabilities are told', () => {
    for (const tokens of [null, undefined, []]) expect(labelScores(['a', 'b'], 'b', tokens)).toEqual({ a: 0, b: 1 });
    expect(labelScores(['a', 'b'], 'b', [{ token: 'b', logprob: -Infinity }])).toEqual(certain(['a', 'b'], ['b']));
  });
});
