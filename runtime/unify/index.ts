export { strategies, strategyFor } from './strategies/index.js';
export { annotatorWeights, unify, type UnifyOptions } from './unify.js';
export type { Feedback, FeedbackQuestion } from './feedback.js';
export { tied, unanswered, type AnnotatorWeight, type Strategy, type Ties } from './strategy.js';
