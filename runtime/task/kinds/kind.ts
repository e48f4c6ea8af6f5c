/** The shape of a kind of task: which columns its rows have, and what each accepts. */
import type { ValueType } from '../value.js';

/** How a column is kept on disk: a text, a list of labels, a number, a chat, labelled parts of a text. */
export type Stored = 'text' | 'texts' | 'number' | 'messages' | 'spans';

export interface KindColumn {
  readonly name: string;
  readonly required: boolean;
  readonly accepts: readonly ValueType[];
  readonly doc: string;
  /** The strategy by type of question that a bare question stands for here. */
  readonly defaultStrategy?: Readonly<Record<string, string>>;
  /** What a value is kept as, the first that fits; the same for all rows. */
  readonly stores: readonly Stored[];
}

export interface Kind {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: string;
  readonly columns: readonly KindColumn[];
  /** Sets of columns of which a task has exactly one; empty: all required columns. */
  readonly layouts: readonly (readonly string[])[];
  /** The row as a TypeScript type. */
  readonly rowType: string;
}

const textType: ValueType = { type: 'text' };
const numberType: ValueType = { type: 'number' };
const messageType: ValueType = { type: 'message' };
const messagesType: ValueType = { type: 'list', of: messageType };
const textsType: ValueType = { type: 'list', of: textType };

type Extra = Partial<Pick<KindColumn, 'required' | 'defaultStrategy'>>;

/** Columns as the kinds have them. */
export const text = (name: string, doc: string, extra: Extra = {}): KindColumn => ({
  name,
  required: true,
  accepts: [textType],
  stores: ['text'],
  doc,
  ...extra,
});
export const messages = (name: string, doc: string, extra: Extra = {}): KindColumn => ({
  name,
  required: true,
  accepts: [messagesType, messageType],
  stores: ['messages'],
  doc,
  ...extra,
});
export const textOrMessages = (name: string, doc: string, extra: Extra = {}): KindColumn => ({
  name,
  required: true,
  accepts: [textType, messagesType, messageType],
  stores: ['text', 'messages'],
  doc,
  ...extra,
});
export const label = (name: string, doc: string, extra: Extra = {}): KindColumn => ({
  name,
  required: true,
  accepts: [textType, numberType, { type: 'boolean' }, textsType],
  stores: ['text', 'texts'],
  doc,
  ...extra,
});
export const score = (name: string, doc: string, extra: Extra = {}): KindColumn => ({
  name,
  required: true,
  accepts: [numberType, textType],
  stores: ['number', 'text'],
  doc,
  ...extra,
});
export const spans = (name: string, doc: string, extra: Extra = {}): KindColumn => ({
  name,
  required: true,
  accepts: [{ type: 'spans' }],
  stores: ['spans'],
  doc,
  ...extra,
});
