/** Frameworks that a program may name already: it is checked and its rows are prepared, but they cannot train yet, and their options are not checked. */
import type { FrameworkDeclaration } from './framework.js';

const upcomingFramework = (name: string, doc: string, kinds: readonly string[], needsModel = true): FrameworkDeclaration => ({
  name, doc: `${doc} Cannot train yet.`, kinds: Object.fromEntries(kinds.map((kind) => [kind, { renamed: {}, removed: {} }])), needsModel,
});

export const upcoming: readonly FrameworkDeclaration[] = [
  upcomingFramework('setfit', 'Few-shot classification with sentence embeddings.', ['text_classification']),
  upcomingFramework('spacy', 'spaCy pipelines.', ['text_classification', 'token_classification'], false),
  upcomingFramework('span_marker', 'SpanMarker entity recognition.', ['token_classification']),
  upcomingFramework('sentence_transformers', 'Bi- and cross-encoders.', ['sentence_similarity']),
  upcomingFramework('openai', 'Fine-tuning jobs of an OpenAI-compatible service.', ['text_classification', 'chat_completion']),
  upcomingFramework('autotrain', 'A configuration and data for AutoTrain.', ['text_classification', 'supervised_fine_tuning', 'direct_preference_optimization', 'reward_modeling']),
  upcomingFramework('trlx', 'Samples for TRLX, with a script.', ['prompt_completion', 'direct_preference_optimization']),
];
