import { UserError } from '../error.js';
import type { Run } from '../run/run.js';
import { nearest } from '../nearest.js';
import type { Framework } from './framework.js';
import { autotrain } from './autotrain.js';
import { linear } from './linear.js';
import { able, type Input, type LabelPrediction, type Model, type Prediction, type Warn } from './model.js';
import { openai } from './openai.js';
import { peft } from './peft.js';
import { sentenceTransformers } from './sentenceTransformers.js';
import { setfit } from './setfit.js';
import { spacy } from './spacy.js';
import { spanMarker } from './spanMarker.js';
import { transformers } from './transformers.js';
import { trl } from './trl.js';
import { trlx } from './trlx.js';

/** All frameworks; a new one is a file and a line here. */
export const frameworks: readonly Framework[] = [transformers, peft, setfit, spacy, spanMarker, sentenceTransformers, trl, openai, autotrain, trlx, linear];

/** The framework of that name; throws `name/unknown-framework`. */
export function frameworkNamed(name: string): Framework {
  const found = frameworks.find((framework) => framework.name === name);
  if (found) return found;
  const names = frameworks.map((framework) => framework.name);
  throw new UserError('name/unknown-framework', `There is no framework "${name}".`, nearest(name, names) ?? `There are: ${names.join(', ')}.`);
}

/** Loads the model of a finished run; close it after use. Throws `run/not-finished`, `run/damaged`, `run/broken-model`, `environment/missing`. */
export async function openModel(run: Run): Promise<Model> {
  return frameworkNamed((await run.manifest()).framework).open(run);
}

/**
 * What the model of a finished run says of texts.
 * `warn` hears what of the texts it did not read; default: the console.
 * Throws `run/not-finished`, `run/damaged`, `run/broken-model`, `run/cannot`.
 *
 * @example
 * const [first] = await predict(run, ['Where is my parcel?']);
 * first.label; // 'delivery'
 */
export async function predict<P extends Prediction = LabelPrediction>(run: Run, inputs: readonly Input[], warn: Warn = console.warn): Promise<P[]> {
  const model = await openModel(run);
  try {
    return (await able(model, 'predict', run)(inputs, warn)) as P[];
  } finally {
    await model.close();
  }
}
