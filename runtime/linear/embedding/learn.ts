import type { ModelSource } from '../../run/job.js';
import type { WorkerContext } from '../../run/worker.js';
import type { Learned, Split } from '../train.js';
import { embeddingOf, type EmbeddingFeatures } from './features.js';
import { locateModel } from './source.js';

/** Texts between two words about how far it is. */
const batch = 32;

/** Loads the embedding model of a job and embeds the rows of both splits; each batch is a step of the run. */
export async function learnEmbedding(source: ModelSource, train: Split, test: Split | undefined, maxIterations: number, { jobFolder, emit, signal }: WorkerContext): Promise<Learned> {
  const located = await locateModel(source, jobFolder);
  signal.throwIfAborted();
  const { features, assumed } = await embeddingOf(located);
  try {
    tell(features, assumed, emit);
    const rows = train.rows + (test?.rows ?? 0);
    const steps = Math.ceil(rows / batch);
    let done = 0;
    let cut = 0;
    const told = (isCut: boolean): void => {
      signal.throwIfAborted();
      if (isCut) cut++;
      if (++done % batch === 0 || done === rows) emit({ type: 'progress', step: Math.ceil(done / batch), total: steps + maxIterations, epoch: null });
    };
    const result = { features, train: await features.matrix(train.texts, told), test: test && (await features.matrix(test.texts, told)), steps };
    if (cut > 0) emit({ type: 'log', level: 'warning', message: features.cutOff(cut) });
    return result;
  } catch (error) {
    await features.close();
    throw error;
  }
}

function tell({ config }: EmbeddingFeatures, assumed: readonly string[], emit: WorkerContext['emit']): void {
  const at = config.revision === null ? '' : ` at ${config.revision.slice(0, 12)}`;
  const how = [`${config.pooling.join(' and ')} pooling`, ...(config.normalize ? ['vectors of length 1'] : []), `at most ${config.max_tokens} tokens`, ...(config.prompt === '' ? [] : [`texts begin with "${config.prompt}"`])];
  emit({ type: 'log', level: 'info', message: `Embeds texts by "${config.model}"${at}, ${config.onnx}: ${how.join(', ')}.` });
  if (assumed.length > 0) emit({ type: 'log', level: 'info', message: `The model does not say how it is used; taken: ${assumed.join(', ')}.` });
}
