/** What trained models answer, whatever framework made them. */
import type { Span } from '../dataset/record.js';
import { UserError } from '../error.js';
import type { Run } from '../run/run.js';

/** What a classifier says of one text. */
export interface LabelPrediction {
  /** One label, or for several labels those above one half, in the labels' order. */
  readonly label: string | readonly string[];
  /** Every label's probability; they add up to 1 where a text has one label. */
  readonly scores: Readonly<Record<string, number>>;
}

/** The labelled parts of one text. */
export interface SpansPrediction {
  /** `start` and `end` count code points. */
  readonly spans: readonly (Span & { readonly score: number | null })[];
}

/** Where the answer to one question stands in a context. */
export interface AnswerPrediction {
  readonly answer: string;
  /** In code points of the context. */
  readonly start: number;
  readonly score: number;
}

/** How alike two sentences are. */
export interface SimilarityPrediction {
  /** The cosine of a bi-encoder's embeddings, from -1 to 1; what a cross-encoder says, from 0 to 1. */
  readonly similarity: number;
}

export type Prediction = LabelPrediction | SpansPrediction | AnswerPrediction | SimilarityPrediction;

/** What is asked: a text, a question about a context, a pair of sentences. */
export type Input = string | { readonly question: string; readonly context: string } | { readonly sentences: readonly [string, string] };

/** Inputs of a model that takes texts alone; throws `predict/input`. */
export function textsOf(inputs: readonly Input[]): readonly string[] {
  const other = inputs.find((input) => typeof input !== 'string');
  if (other !== undefined) throw new UserError('predict/input', 'The model takes texts.', 'Give each text as one string.');
  return inputs as readonly string[];
}

/** How a language model goes on; absent values are the model's own. */
export interface GenerationSettings {
  readonly max_new_tokens?: number;
  readonly min_new_tokens?: number;
  /** 0: the most likely token each time. */
  readonly temperature?: number;
  readonly top_k?: number;
  readonly top_p?: number;
  readonly seed?: number;
}

/** A piece of a generated text, in order; the last piece of a prompt says why it ends. */
export interface GeneratedPiece {
  /** Which prompt goes on. */
  readonly prompt: number;
  readonly text: string;
  /** `stop`: the model ended its text; `length`: it reached `max_new_tokens`. Null: there is more to come. */
  readonly finished: 'stop' | 'length' | null;
}

/** Hears what of the inputs a model did not read. */
export type Warn = (message: string) => void;

/** A loaded model, to be closed after use; what it cannot do is not there. */
export interface Model {
  predict?(inputs: readonly Input[], warn?: Warn): Promise<Prediction[]>;
  /** Goes on with each prompt, one after the other; a chat prompt is answered. Throws `generate/setting`, `generate/prompt`. */
  generate?(prompts: readonly string[], settings: GenerationSettings, signal?: AbortSignal): AsyncIterable<GeneratedPiece>;
  /** A reward model's scores: higher is better, without bounds. */
  score?(texts: readonly string[], warn?: Warn): Promise<number[]>;
  close(): Promise<void>;
}

/** A model that can do something; throws `run/cannot` where it cannot. */
export function able<Does extends 'predict' | 'generate' | 'score'>(model: Model, does: Does, run: Run): NonNullable<Model[Does]> {
  const found = model[does];
  if (found) return found.bind(model) as NonNullable<Model[Does]>;
  const can = (['predict', 'generate', 'score'] as const).filter((one) => model[one]);
  throw new UserError('run/cannot', `The model of "${run.name}" cannot ${does}.`, can.length > 0 ? `It can ${can.join(' and ')}.` : 'It is used outside tasklab.');
}
