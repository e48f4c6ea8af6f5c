import { UserError } from '../error.js';
import { checkName, titleOf } from './names.js';

export interface QuestionSettings {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | null | undefined;
  /** Default: true. */
  readonly required?: boolean | undefined;
}

/**
 * Labels in order, or values with the texts that annotators see. In an object JavaScript puts values that are whole
 * numbers first; pairs or a map keep any order.
 */
export type Labels = readonly (string | readonly [value: string, text: string])[] | ReadonlyMap<string, string> | Readonly<Record<string, string>>;

abstract class Base {
  abstract readonly type: string;
  readonly name: string;
  readonly title: string;
  readonly description: string | null;
  readonly required: boolean;
  /** Labels, or the values of the scale, in the question's order; absent where answers are free. */
  readonly options?: readonly (string | number)[];

  /** The place of each option: what a classifier calls it. */
  get label2id(): Readonly<Record<string, number>> {
    return Object.fromEntries((this.options ?? []).map((option, place) => [option, place]));
  }

  /** The options by their places. */
  get id2label(): Readonly<Record<number, string | number>> {
    return { ...(this.options ?? []) };
  }

  constructor({ name, title, description, required }: QuestionSettings) {
    checkName('question', name);
    this.name = name;
    this.title = title ?? titleOf(name);
    this.description = description ?? null;
    this.required = required ?? true;
  }
}

/**
 * A question answered by a text.
 * Throws `data/name`.
 *
 * @example
 * new TextQuestion({ name: 'reply' }).title; // 'Reply'
 */
export class TextQuestion extends Base {
  readonly type = 'text';
  readonly useMarkdown: boolean;
  constructor(settings: QuestionSettings & { readonly useMarkdown?: boolean }) {
    super(settings);
    this.useMarkdown = settings.useMarkdown ?? false;
  }
}

export interface LabelSettings extends QuestionSettings {
  /** At least two, all different. */
  readonly labels: Labels;
  /** How many are shown at once: at least 3; null shows all. Default: 20 where there are more. */
  readonly visibleLabels?: number | null | undefined;
}

abstract class Labelled extends Base {
  /** Values in order, with the texts that annotators see. */
  readonly labels: ReadonlyMap<string, string>;
  override readonly options: readonly string[];
  readonly visibleLabels: number | null;

  constructor(settings: LabelSettings, least = 2) {
    super(settings);
    this.labels = labelMap(settings.name, settings.labels, least);
    this.options = [...this.labels.keys()];
    this.visibleLabels = visible(settings.name, settings.visibleLabels, this.options.length);
  }
}

/**
 * A question answered by one of several labels.
 * Throws `data/name`, `data/question`.
 *
 * @example
 * new LabelQuestion({ name: 'mood', labels: ['good', 'bad'] }).options; // ['good', 'bad']
 */
export class LabelQuestion extends Labelled {
  readonly type = 'label';
}

/**
 * A question answered by any of several labels.
 * Throws `data/name`, `data/question`.
 *
 * @example
 * new MultiLabelQuestion({ name: 'topics', labels: ['billing', 'delivery'] });
 */
export class MultiLabelQuestion extends Labelled {
  readonly type = 'multi_label';
  readonly labelsOrder: 'natural' | 'suggestion';
  constructor(settings: LabelSettings & { readonly labelsOrder?: 'natural' | 'suggestion' | undefined }) {
    super(settings);
    this.labelsOrder = settings.labelsOrder ?? 'natural';
  }
}

/**
 * A question answered by a number of a scale: whole numbers from 0 to 10, not all of which need be there.
 * Throws `data/name`, `data/question`.
 *
 * @example
 * new RatingQuestion({ name: 'urgency', values: [1, 2, 3, 4, 5] });
 */
export class RatingQuestion extends Base {
  readonly type = 'rating';
  override readonly options: readonly number[];
  constructor(settings: QuestionSettings & { readonly values: readonly number[] }) {
    super(settings);
    const { values, name } = settings;
    const odd = values.find((value) => !Number.isInteger(value) || value < 0 || value > 10);
    if (odd !== undefined) throw wrong(name, `has the value ${odd}`, 'Values of a rating are whole numbers from 0 to 10.');
    if (values.length < 2 || new Set(values).size < values.length) throw wrong(name, 'needs at least two different values', 'Write rating(1 to 5), say.');
    this.options = [...values];
  }
  get values(): readonly number[] {
    return this.options;
  }
}

/**
 * A question answered by an order of options; ties are allowed.
 * Throws `data/name`, `data/question`.
 *
 * @example
 * new RankingQuestion({ name: 'best', values: ['first-reply', 'second-reply'] });
 */
export class RankingQuestion extends Base {
  readonly type = 'ranking';
  readonly values: ReadonlyMap<string, string>;
  override readonly options: readonly string[];
  constructor(settings: QuestionSettings & { readonly values: Labels }) {
    super(settings);
    this.values = labelMap(settings.name, settings.values, 2);
    this.options = [...this.values.keys()];
  }
}

/**
 * A question answered by labelled parts of a field.
 * Throws `data/name`, `data/question`.
 *
 * @example
 * new SpanQuestion({ name: 'entities', field: 'text', labels: ['person', 'place'] });
 */
export class SpanQuestion extends Labelled {
  readonly type = 'span';
  readonly field: string;
  readonly allowOverlapping: boolean;
  constructor(settings: LabelSettings & { readonly field: string; readonly allowOverlapping?: boolean }) {
    super(settings, 1);
    this.field = settings.field;
    this.allowOverlapping = settings.allowOverlapping ?? false;
  }
}

export type Question = TextQuestion | LabelQuestion | MultiLabelQuestion | RatingQuestion | RankingQuestion | SpanQuestion;

/** The types by the names that programs give them, for completion and documentation. */
export const questionTypes: readonly { readonly name: Question['type']; readonly doc: string }[] = [
  { name: 'text', doc: 'A text.' },
  { name: 'label', doc: 'One of several labels: label("a", "b"); without a list they come from the data.' },
  { name: 'multi_label', doc: 'Any of several labels: multi_label("a", "b").' },
  { name: 'rating', doc: 'A number of a scale: rating(1 to 5) or rating(1, 2, 4).' },
  { name: 'ranking', doc: 'An order of options, ties allowed: ranking("a", "b").' },
  { name: 'span', doc: 'Labelled parts of a field: span("person", "place") of text.' },
];

function labelMap(name: string, labels: Labels, least: number): ReadonlyMap<string, string> {
  const pairs = labelPairs(labels);
  const texts = new Set(pairs.map(([, text]) => text));
  const map = new Map(pairs);
  if (map.size < pairs.length || texts.size < pairs.length) throw wrong(name, 'has one label twice', 'Give each label once.');
  if (map.size < least) throw wrong(name, `needs at least ${least === 1 ? 'one label' : 'two labels'}`, 'Write label("yes", "no"), say.');
  return map;
}

function labelPairs(labels: Labels): (readonly [string, string])[] {
  if (labels instanceof Map) return [...(labels as ReadonlyMap<string, string>)];
  if (!Array.isArray(labels)) return Object.entries(labels as Record<string, string>);
  return (labels as readonly (string | readonly [string, string])[]).map((label) => (typeof label === 'string' ? [label, label] : label));
}

function visible(name: string, asked: number | null | undefined, labels: number): number | null {
  if (asked === undefined) return labels > 20 ? 20 : null;
  if (asked === null) return null;
  if (!Number.isInteger(asked) || asked < 3) throw wrong(name, `shows ${asked} labels at once`, 'At least 3 are shown; null shows all.');
  return labels < 3 ? null : Math.min(asked, labels);
}

const wrong = (name: string, what: string, hint: string): UserError => new UserError('data/question', `The question "${name}" ${what}.`, hint);
