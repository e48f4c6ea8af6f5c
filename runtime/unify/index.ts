export { declaredStrategies, strategies, strategyFor } from './strategies/index.js';
export { unify, type UnifyOptions } from './unify.js';
export type { Feedback, FeedbackQuestion } from './feedback.js';
export { tied, unanswered, type Strategy, type Ties } from './strategy.js';
