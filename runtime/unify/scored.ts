/** Unifying by scores of classes, which a strategy that learned about annotators gives: the shape that such strategies share. */
import { decide, optionOrder, type Answers, type Setting, type Strategy, type Unified } from './strategy.js';
import { mattersOf, type Votes } from './votes.js';

/** What was learned of one matter: scores of its classes, given who said what. */
export interface Scorer {
  /** A score for each class; the highest wins. `said[i]` is what annotator `by[i]` chose. */
  scores(by: readonly number[], said: readonly number[]): ArrayLike<number>;
  /** What is shown of each annotator: a number from 0 to 1, by the annotator's number. */
  readonly weights: ArrayLike<number>;
}

interface Learned {
  readonly annotators: readonly (string | null)[];
  readonly numberOf: ReadonlyMap<string | null, number>;
  readonly values: readonly (string | number)[];
  readonly placeOf: ReadonlyMap<string | number, number>;
  readonly scorers: readonly Scorer[];
}

/** Scores closer than this are equal: sums of floating point depend on their order. */
const epsilon = 1e-9;

export function scoredStrategy(about: Pick<Strategy, 'name' | 'doc' | 'weighs'>, fit: (votes: Votes) => Scorer): Strategy {
  return {
    ...about,
    questions: ['label', 'multi_label', 'rating'],
    async learn(records, { question }): Promise<Learned> {
      const { annotators, values, votes } = await mattersOf(records, question);
      return {
        annotators,
        numberOf: new Map(annotators.map((name, number) => [name, number])),
        values,
        placeOf: new Map(values.map((value, place) => [value, place])),
        scorers: votes.map(fit),
      };
    },
    unifier: (setting) => (setting.question.type === 'multi_label' ? severalLabels(setting) : oneValue(setting)),
    annotatorWeights(learned) {
      const { annotators, scorers } = learned as Learned;
      return annotators.map((annotator, number) => ({ annotator, weight: scorers.reduce((sum, { weights }) => sum + weights[number]!, 0) / Math.max(1, scorers.length) }));
    },
  };
}

function oneValue(setting: Setting): (answers: Answers) => Unified {
  const { numberOf, values, placeOf, scorers } = setting.learned as Learned;
  return (answers) => {
    const by = answers.annotators.map((name) => numberOf.get(name)!);
    const scores = scorers[0]!.scores(by, answers.values.map((value) => placeOf.get(value as string | number)!));
    return decide(best(scores).map((place) => values[place]!), setting, answers.record);
  };
}

/** Labels that are more likely chosen than not; the most likely one where there is none. */
function severalLabels(setting: Setting): (answers: Answers) => Unified {
  const { numberOf, placeOf, scorers } = setting.learned as Learned;
  const order = optionOrder(setting.question);
  return (answers) => {
    const lists = answers.values as readonly (readonly string[])[];
    const seen = [...new Set(lists.flat())];
    if (seen.length === 0) return [];
    const by = answers.annotators.map((name) => numberOf.get(name)!);
    const leads = seen.map((label) => {
      const { 0: no, 1: yes } = scorers[placeOf.get(label)!]!.scores(by, lists.map((labels) => Number(labels.includes(label))));
      return yes! - no!;
    });
    const chosen = seen.filter((_, i) => leads[i]! > epsilon);
    if (chosen.length > 0) return chosen;
    const one = decide(best(leads).map((i) => seen[i]!).sort(order), setting, answers.record);
    return typeof one === 'string' ? [one] : one;
  };
}

/** Places of the highest scores. */
function best(scores: ArrayLike<number>): number[] {
  const most = Math.max(...Array.from(scores));
  return Array.from(scores, (score, place) => (score >= most - epsilon ? place : -1)).filter((place) => place >= 0);
}
