/** What a row of each kind is in TypeScript; the table of kinds shows the same types. */
import type { Span } from '../../dataset/record.js';
import type { Message } from '../value.js';

/** A text, or a chat. */
export type Text = string | readonly Message[];

export interface KindRows {
  text_classification: { readonly text: string; readonly label: string | readonly string[] };
  supervised_fine_tuning: { readonly text: string } | { readonly messages: readonly Message[] } | { readonly prompt: Text; readonly completion: Text };
  reward_modeling: { readonly prompt?: Text; readonly chosen: Text; readonly rejected: Text };
  proximal_policy_optimization: { readonly query: string };
  direct_preference_optimization: { readonly prompt: Text; readonly chosen: Text; readonly rejected: Text };
  pretraining: { readonly text: string };
  prompt_completion: { readonly prompt: string; readonly completion: string };
  question_answering: { readonly question: string; readonly context: string; readonly answer: string };
  sentence_similarity: { readonly 'sentence-1': string; readonly 'sentence-2': string; readonly 'sentence-3'?: string; readonly label?: number | string };
  chat_completion: { readonly messages: readonly Message[] };
  token_classification: { readonly text: string; readonly spans: readonly Span[] };
}

export type KindName = keyof KindRows;
/** A row of a kind; of any kind where it is not known. */
export type RowOf<K extends string> = K extends KindName ? KindRows[K] : Readonly<Record<string, unknown>>;
