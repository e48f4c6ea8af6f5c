/** The strategies: a new one is one file beside this one and one line here. */
import { nearest } from '../../nearest.js';
import { UserError } from '../../error.js';
import type { FeedbackQuestion } from '../feedback.js';
import { disagreement } from './disagreement.js';
import { majority } from './majority.js';
import { max } from './max.js';
import { mean } from './mean.js';
import { min } from './min.js';
import type { Strategy } from '../strategy.js';
import { dawidSkeneStrategy } from './dawidSkene.js';
import { weightedMajority } from './weightedMajority.js';

export const strategies: readonly Strategy[] = [majority, mean, min, max, disagreement, weightedMajority, dawidSkeneStrategy];

/** The strategy of that name for this question; throws `name/unknown-strategy`, `type/strategy`. */
export function strategyFor(question: FeedbackQuestion, name: string): Strategy {
  const strategy = strategies.find((candidate) => candidate.name === name);
  const fitting = strategies.filter(({ questions }) => questions.includes(question.type)).map((fit) => fit.name);
  const choices = `For a question of type ${question.type} there are: ${fitting.join(', ')}.`;
  if (!strategy) throw new UserError('name/unknown-strategy', `There is no strategy "${name}".`, nearest(name, fitting) ?? choices);
  if (!strategy.questions.includes(question.type)) {
    throw new UserError('type/strategy', `"${name}" does not unify "${question.name}", a question of type ${question.type}.`, choices);
  }
  return strategy;
}
