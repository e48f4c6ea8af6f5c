import { z } from 'zod';
import { UserError } from '../error.js';
import { checkGeneration } from '../frameworks/generation.js';
import { textsOf, type GeneratedPiece, type GenerationSettings, type Input, type LabelPrediction, type Model } from '../frameworks/model.js';
import type { Run } from '../run/run.js';
import { LabelAsker } from './ask.js';
import type { Chat } from './chats.js';
import { readResult, type OpenAIResult } from './result.js';
import { Service } from './service.js';

const Chunk = z.object({ choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }).nullish(), finish_reason: z.string().nullish() })) });

/** The model that a finished run left at the service. Throws `service/no-key`, `run/broken-model`. */
export async function openModel(run: Run): Promise<Model> {
  await run.manifest();
  const result = await readResult(run.folder);
  const service = new Service();
  const close = async (): Promise<void> => {};
  if (result.labels === null) return { generate: (prompts, settings, signal) => generate(service, result, prompts, settings, signal), close };
  const asker = new LabelAsker(service, result.model, result.labels, result.multi_label === true);
  return { predict: (inputs) => predict(asker, result, inputs), close };
}

const chatOf = ({ system }: OpenAIResult, content: string): Chat => [...(system === null ? [] : [{ role: 'system', content: system }]), { role: 'user', content }];

/** Throws `predict/no-label` where an answer is none of the labels, `predict/input`, `service/…`. */
async function predict(asker: LabelAsker, result: OpenAIResult, inputs: readonly Input[]): Promise<LabelPrediction[]> {
  const answers = await asker.all(textsOf(inputs).map((text) => chatOf(result, text)));
  return answers.map(({ text, labels, isLabels, scores }, i) => {
    if (!isLabels) {
      throw new UserError('predict/no-label', `To the text ${i + 1} the model answers ${JSON.stringify(text.slice(0, 100))}, which is none of the labels.`, `They are: ${result.labels!.join(', ')}.`);
    }
    return { label: asker.multiLabel ? labels : labels[0]!, scores };
  });
}

/** Throws `generate/no-setting` for what the API has no word for. */
async function* generate(service: Service, result: OpenAIResult, prompts: readonly string[], settings: GenerationSettings, signal?: AbortSignal): AsyncGenerator<GeneratedPiece, void> {
  const { max_new_tokens, temperature, top_p, seed, ...others } = settings;
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) throw new UserError('generate/no-setting', `A service with OpenAI's API has no "${name}".`, 'It takes max_new_tokens, temperature, top_p and seed.');
  }
  checkGeneration(settings);
  const to = `answer as "${result.model}"`;
  for (const [prompt, content] of prompts.entries()) {
    const chunks = await service.reach({ to, signal }, (client, own) =>
      client.chat.completions.create(
        {
          model: result.model, messages: chatOf(result, content) as never, stream: true,
          ...(max_new_tokens !== undefined && { max_completion_tokens: max_new_tokens }), ...(temperature !== undefined && { temperature }), ...(top_p !== undefined && { top_p }), ...(seed !== undefined && { seed }),
        },
        { signal: own },
      ),
    );
    const abort = (): void => chunks.controller.abort();
    signal?.addEventListener('abort', abort, { once: true });
    let end: string | null | undefined;
    try {
      for await (const chunk of chunks) {
        const { choices } = Chunk.parse(chunk);
        const [choice] = choices;
        if (choice?.delta?.content) yield { prompt, text: choice.delta.content, finished: null };
        end = choice?.finish_reason ?? end;
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof z.ZodError ? service.failure(new SyntaxError('the stream is not what it should be'), to) : service.failure(error, to);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    signal?.throwIfAborted();
    if (end === 'content_filter') throw new UserError('service/filtered', 'The service keeps the rest of the answer back: its filter does not let it through.');
    if (end !== 'stop' && end !== 'length') throw new UserError('service/unexpected-answer', `The service at ${service.host} broke its answer off.`, 'Ask again.');
    yield { prompt, text: '', finished: end };
  }
}
