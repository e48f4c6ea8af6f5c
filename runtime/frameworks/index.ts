import { UserError } from '../error.js';
import type { Run } from '../run/run.js';
import { nearest } from '../nearest.js';
import type { Framework, Prediction } from './framework.js';
import { linear } from './linear.js';

/** All frameworks; a new one is a file and a line here. */
export const frameworks: readonly Framework[] = [linear];

/** The framework of that name; throws `name/unknown-framework` where there is none. */
export function frameworkNamed(name: string): Framework {
  const found = frameworks.find((framework) => framework.name === name);
  if (found) return found;
  const names = frameworks.map((framework) => framework.name);
  throw new UserError('name/unknown-framework', `There is no framework "${name}".`, nearest(name, names) ?? `There are: ${names.join(', ')}.`);
}

/**
 * What the model of a finished run says of texts.
 * Throws `run/not-finished`, `run/damaged`, `run/broken-model`.
 *
 * @example
 * const [first] = await predict(run, ['Where is my parcel?']);
 * first.label; // 'delivery'
 */
export async function predict(run: Run, texts: readonly string[]): Promise<Prediction[]> {
  const predictor = await frameworkNamed((await run.manifest()).framework).open(run);
  try {
    return await predictor.predict(texts);
  } finally {
    await predictor.close();
  }
}
