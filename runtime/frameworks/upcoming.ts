/** Frameworks that a program may name already: it is checked and its rows are prepared, but they cannot train yet. */
import type { FrameworkDeclaration, FrameworkKind } from './framework.js';
import { autotrainClassification, autotrainFineTuning, autotrainPreferenceOptimization, autotrainRewardModeling } from './options/autotrain.js';
import { sentenceSimilarity } from './options/sentenceTransformers.js';
import { setfitClassification } from './options/setfit.js';
import { spacyClassification, spacyTokenClassification } from './options/spacy.js';
import { spanMarkerClassification } from './options/spanMarker.js';
import { trlxCompletion, trlxPreference } from './options/trlx.js';

const upcomingFramework = (name: string, doc: string, kinds: Readonly<Record<string, FrameworkKind>>, needsModel = true): FrameworkDeclaration => ({
  name, doc: `${doc} Cannot train yet.`, kinds, needsModel,
});
const unknown: FrameworkKind = { renamed: {}, removed: {} };

export const upcoming: readonly FrameworkDeclaration[] = [
  upcomingFramework('setfit', 'Few-shot classification with sentence embeddings.', { text_classification: setfitClassification }),
  upcomingFramework('spacy', 'spaCy pipelines.', { text_classification: spacyClassification, token_classification: spacyTokenClassification }, false),
  upcomingFramework('span_marker', 'SpanMarker entity recognition.', { token_classification: spanMarkerClassification }),
  upcomingFramework('sentence_transformers', 'Bi- and cross-encoders.', { sentence_similarity: sentenceSimilarity }),
  upcomingFramework('openai', 'Fine-tuning jobs of an OpenAI-compatible service.', { text_classification: unknown, chat_completion: unknown }),
  upcomingFramework('autotrain', 'A configuration and data for AutoTrain.', {
    text_classification: autotrainClassification, supervised_fine_tuning: autotrainFineTuning, direct_preference_optimization: autotrainPreferenceOptimization, reward_modeling: autotrainRewardModeling,
  }),
  upcomingFramework('trlx', 'Samples for TRLX, with a script.', { prompt_completion: trlxCompletion, direct_preference_optimization: trlxPreference }),
];
