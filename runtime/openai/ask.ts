import { z } from 'zod';
import { UserError } from '../error.js';
import type { Chat } from './chats.js';
import { certain, labelScores, TokenLogprobs } from './scores.js';
import type { Service } from './service.js';

const Completion = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish(), logprobs: z.object({ content: TokenLogprobs.nullish() }).nullish() }))
    .min(1),
});

/** Requests that are under way at the same time. */
const atOnce = 4;
/** Other tokens than the one that was said, whose probabilities are asked for: the most that every service allows. */
const topLogprobs = 5;

export interface Asked {
  readonly model: string;
  readonly messages: Chat;
  readonly maxTokens?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a model answers to a chat, the likeliest token each time. */
export async function answerTo(service: Service, asked: Asked, logprobs = false): Promise<z.infer<typeof Completion>['choices'][number]> {
  const { model, messages, maxTokens, signal } = asked;
  const { choices } = await service.ask(Completion, { to: `answer as "${model}"`, signal }, (client, own) =>
    client.chat.completions.create(
      {
        model, messages: messages as never, temperature: 0,
        ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }), ...(logprobs && { logprobs, top_logprobs: topLogprobs }),
      },
      { signal: own },
    ),
  );
  return choices[0]!;
}

/** The answers to all of them in their order, a few asked at the same time. */
export async function inOrder<T, A>(asked: readonly T[], ask: (one: T) => Promise<A>): Promise<A[]> {
  const answers = new Array<A>(asked.length);
  let next = 0;
  const goOn = async (): Promise<void> => {
    for (let at = next++; at < asked.length; at = next++) answers[at] = await ask(asked[at]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, asked.length) }, goOn));
  return answers;
}

export interface LabelAnswer {
  /** What was said, for messages. */
  readonly text: string;
  /** Empty where nothing that was said is a label, unless several labels may be none. */
  readonly labels: readonly string[];
  /** False where a part of the answer is no label. */
  readonly isLabels: boolean;
  readonly scores: Readonly<Record<string, number>>;
}

/** Asks a fine-tuned classifier. */
export class LabelAsker {
  readonly #maxTokens: number;
  /** Not every service tells probabilities, and some refuse to be asked. */
  #logprobs: boolean;

  constructor(
    readonly service: Service,
    readonly model: string,
    readonly labels: readonly string[],
    readonly multiLabel: boolean,
  ) {
    // A token is a byte at least.
    const bytes = labels.map((label) => Buffer.byteLength(label) + 1);
    this.#maxTokens = 8 + (multiLabel ? bytes.reduce((sum, more) => sum + more, 0) : Math.max(...bytes));
    this.#logprobs = !multiLabel;
  }

  /** Answers in the chats' order. Throws `service/…`, or the signal's reason. */
  async all(chats: readonly Chat[], signal?: AbortSignal): Promise<LabelAnswer[]> {
    return inOrder(chats, (messages) => this.#one({ model: this.model, messages, maxTokens: this.#maxTokens, signal }));
  }

  async #one(asked: Asked): Promise<LabelAnswer> {
    const withLogprobs = this.#logprobs;
    const { message, logprobs } = await answerTo(this.service, asked, withLogprobs).catch((error: unknown) => {
      const refused = withLogprobs && error instanceof UserError && error.code === 'service/refused' && /logprobs/i.test(error.message);
      if (!refused) throw error;
      this.#logprobs = false;
      return answerTo(this.service, asked);
    });
    const text = message.content ?? '';
    const said = (this.multiLabel ? text.split('\n') : [text]).map((part) => part.trim()).filter((part) => part !== '' || !this.multiLabel);
    const found = said.map((part) => this.#labelOf(part));
    const given = this.labels.filter((label) => found.includes(label));
    const isLabels = found.every((label) => label !== undefined);
    return { text, labels: given, isLabels, scores: this.multiLabel || given.length === 0 ? certain(this.labels, given) : labelScores(this.labels, given[0]!, logprobs?.content) };
  }

  #labelOf(said: string): string | undefined {
    if (this.labels.includes(said)) return said;
    const alike = this.labels.filter((label) => label.toLowerCase() === said.toLowerCase());
    return alike.length === 1 ? alike[0] : undefined;
  }
}
