import { z } from 'zod';

const Token = z.object({ token: z.string(), logprob: z.number() });
/** What the API tells of the tokens of an answer. */
export const TokenLogprobs = z.array(Token.extend({ top_logprobs: z.array(Token).optional() }));
export type TokenLogprobs = z.infer<typeof TokenLogprobs>;

/** The answer is certain, for want of better knowledge. */
export const certain = (labels: readonly string[], given: readonly string[]): Record<string, number> => Object.fromEntries(labels.map((label) => [label, given.includes(label) ? 1 : 0]));

/**
 * The labels' probabilities by those of the tokens: where the answer could have gone on with another token, that token's share goes to
 * the label that alone begins so, until the label that was answered is the only one left. Shares of tokens that the service
 * does not tell, or that several labels begin with, are nobody's; the rest adds up to 1.
 */
export function labelScores(labels: readonly string[], answer: string, tokens: TokenLogprobs | null | undefined): Record<string, number> {
  if (!tokens || tokens.length === 0) return certain(labels, [answer]);
  const scores = Object.fromEntries(labels.map((label) => [label, 0]));
  const begun = (text: string): string[] => labels.filter((label) => label.startsWith(text.trimStart()) || label === text.trim());
  let [said, share] = ['', 1];
  for (const { token, logprob, top_logprobs: others = [] } of tokens) {
    for (const other of others) {
      const [label, ...more] = other.token === token ? [] : begun(said + other.token);
      if (label !== undefined && more.length === 0) scores[label]! += share * Math.exp(other.logprob);
    }
    share *= Math.exp(logprob);
    said += token;
    if (begun(said).length <= 1) break;
  }
  scores[answer]! += share;
  const sum = Object.values(scores).reduce((total, score) => total + score, 0);
  if (!(sum > 0) || !Number.isFinite(sum)) return certain(labels, [answer]);
  return Object.fromEntries(labels.map((label) => [label, scores[label]! / sum]));
}
