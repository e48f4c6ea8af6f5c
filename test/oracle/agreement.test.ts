import { beforeEach, describe, expect, it } from 'vitest';
import { agreement } from '../../runtime/agreement/index.js';
import { UserError } from '../../runtime/error.js';
import { differences } from './differences.js';
import { datasetOf, oracleCases, type OracleCase } from './fixtures.js';

// Argilla's only metric of agreement is alpha; a case that asks for another is about its argument's name.
const cases = oracleCases('metrics.json')?.filter(
  ({ operation, args }) => operation === 'agreement_metrics' && String(args['metric_names']) === 'alpha',
);

async function isEqual(oracle: OracleCase): Promise<boolean> {
  const measured = await agreement(datasetOf(oracle), { question: String(oracle.args['question_name']) }).catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
  const [ours] = measured ?? [];
  // Where Argilla has no value there is to be none, with a reason.
  if (oracle.error) return !ours || ours.alpha.value === null;
  const { count, result } = oracle.expected as { count: number; result: number };
  return ours?.answers === count && Math.abs(ours.alpha.value! - result) <= (oracle.tolerance ?? 1e-9);
}

describe('agreement against Argilla', () => {
  beforeEach((test) => test.skip(!cases, 'the fixtures of Argilla are not there'));

  it('is equal but for the listed differences', async () => {
    const equal: string[] = [];
    const different: string[] = [];
    for (const oracle of cases!) ((await isEqual(oracle)) ? equal : different).push(oracle.id);
    const listed = cases!.filter(({ id }) => id in differences).map(({ id }) => id);
    console.log(`agreement: ${equal.length} of ${cases!.length} cases equal, ${listed.length} differ by the list`);
    expect(different).toEqual(listed);
  });
});
