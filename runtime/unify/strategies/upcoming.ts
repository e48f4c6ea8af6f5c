import type { Strategy } from '../strategy.js';

/** Strategies that a program may name already: it is checked, but they cannot unify yet. */
export const upcoming: readonly Omit<Strategy, 'unifier'>[] = [
  { name: 'weighted_majority', questions: ['label', 'multi_label', 'rating'], doc: 'The most frequent answer, annotators weighted by how far they agree with the others. Cannot unify yet.' },
  { name: 'dawid_skene', questions: ['label', 'multi_label', 'rating'], doc: 'The most probable answer by the model of Dawid and Skene, which learns how each annotator errs. Cannot unify yet.' },
];
