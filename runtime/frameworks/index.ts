import { UserError } from '../error.js';
import type { Run } from '../run/run.js';
import { nearest } from '../nearest.js';
import type { Framework, FrameworkDeclaration, Prediction } from './framework.js';
import { linear } from './linear.js';
import { upcoming } from './upcoming.js';

/** All frameworks; a new one is a file and a line here. */
export const frameworks: readonly Framework[] = [linear];

/** All that a program may name: those that train, and those that are to come. */
export const declaredFrameworks: readonly FrameworkDeclaration[] = [...frameworks, ...upcoming];

/** What a program may say of the framework of that name; throws `name/unknown-framework`. */
export function declaredFramework(name: string): FrameworkDeclaration {
  const found = declaredFrameworks.find((framework) => framework.name === name);
  if (found) return found;
  const names = declaredFrameworks.map((framework) => framework.name);
  throw new UserError('name/unknown-framework', `There is no framework "${name}".`, nearest(name, names) ?? `There are: ${names.join(', ')}.`);
}

/** The framework of that name; throws `name/unknown-framework`, or `framework/not-available` where it cannot train yet. */
export function frameworkNamed(name: string): Framework {
  const found = frameworks.find((framework) => framework.name === declaredFramework(name).name);
  if (found) return found;
  throw new UserError('framework/not-available', `The framework "${name}" cannot train yet.`, `Train with: ${frameworks.map((one) => one.name).join(', ')}.`);
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
