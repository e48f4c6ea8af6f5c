/** Rows as they are kept: the columns of a kind, each stored in one way for the whole task. */
import type { Span } from '../dataset/record.js';
import { UserError } from '../error.js';
import type { Kind, KindColumn, Stored } from './kinds/kind.js';
import { nearest } from '../nearest.js';
import { describe, isMessage, isOfType, toText, ValueError, type Message, type Value } from './value.js';

/** Where rows go: each candidate is either a row or a drop with its reason. */
export interface RowSink {
  /** Values by the order of the columns, as {@link RowShape.store} gave them, or a `RowText`; only valid during the call. */
  row(values: readonly Value[]): void;
  drop(reason: string, column?: string): void;
}

/** The columns that a task's rows have; throws `type/columns` where the kind has no such layout. */
export class RowShape {
  readonly columns: readonly KindColumn[];
  readonly names: readonly string[];
  /** How each column is kept, once its first value is seen. */
  readonly stored: (Stored | undefined)[];
  /** Where the column `label` stands; -1 where the rows have none. */
  readonly labelIndex: number;

  constructor(
    readonly kind: Kind,
    names: readonly string[],
  ) {
    checkNames(kind, names);
    this.columns = kind.columns.filter(({ name }) => names.includes(name));
    this.names = this.columns.map(({ name }) => name);
    this.stored = this.columns.map(({ stores }) => (stores.length === 1 ? stores[0] : undefined));
    this.labelIndex = this.columns.findIndex(({ name }) => name === 'label');
  }

  /** A value as the column keeps it: `undefined` where a part of it is null. */
  store(index: number, value: Value): Value | undefined {
    const column = this.columns[index]!;
    const known = this.stored[index];
    // What nearly every column is, first.
    if (known === 'text' && typeof value === 'string') return value;
    const fitting = column.stores.find((candidate) => fits(candidate, value));
    if (fitting === undefined) {
      throw new ValueError('type/column', `The column "${column.name}" cannot be ${describe(value)}.`, column.doc);
    }
    if (known && known !== fitting) {
      throw new ValueError(
        'data/mixed-column',
        `The column "${column.name}" is ${stored[known]} in one row and ${stored[fitting]} in another.`,
        'Give every row the same.',
      );
    }
    this.stored[index] = fitting;
    return convert(fitting, value);
  }
}

const stored: Readonly<Record<Stored, string>> = {
  text: 'a text',
  texts: 'a list of labels',
  number: 'a number',
  messages: 'a chat',
  spans: 'a list of spans',
};

function checkNames(kind: Kind, names: readonly string[]): void {
  const known = kind.columns.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name)) {
      throw new UserError(
        'type/columns',
        `Rows of ${kind.name} have no column "${name}".`,
        nearest(name, known) ?? `They have: ${known.join(', ')}.`,
      );
    }
  }
  const required = kind.columns.filter((column) => column.required).map(({ name }) => name);
  const layouts = kind.layouts.length > 0 ? kind.layouts : [required];
  const optional = kind.columns.filter(({ name }) => !layouts.flat().includes(name)).map(({ name }) => name);
  const given = names.filter((name) => !optional.includes(name));
  if (layouts.some((layout) => layout.length === given.length && layout.every((name) => given.includes(name)))) return;
  const choices = layouts.map((layout) => layout.join(' + ')).join(', or ');
  throw new UserError('type/columns', `Rows of ${kind.name} want ${choices}; these have ${names.join(', ') || 'none'}.`, layouts.length > 1 ? 'Give the columns of one of them, and no other.' : 'Give each of them.');
}

function fits(kept: Stored, value: Value): boolean {
  switch (kept) {
    case 'text':
      return isPlain(value);
    case 'number':
      return typeof value === 'number';
    case 'texts':
      return Array.isArray(value) && value.every((item) => isPlain(item) || isNull(item));
    case 'messages':
      return isMessage(value) || (Array.isArray(value) && value.length > 0 && value.every((item) => item === null || isMessage(item)));
    case 'spans':
      return isOfType(value, { type: 'spans' });
  }
}

const isPlain = (value: Value): boolean => ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
const isNull = (value: Value): boolean => value === null || value === undefined;

function convert(kept: Stored, value: Value): Value | undefined {
  switch (kept) {
    case 'text':
      return toText(value);
    case 'number':
      return value;
    case 'texts': {
      const items = value as readonly Value[];
      return items.some(isNull) ? undefined : items.map(toText);
    }
    case 'messages': {
      const items = (Array.isArray(value) ? value : [value]) as readonly (Message | null)[];
      return items.includes(null) ? undefined : items.map((item) => onlyKnown(item!));
    }
    case 'spans':
      return (value as readonly Span[]).map(({ label, start, end }) => ({ label, start, end }));
  }
}

const roles = ['system', 'user', 'assistant', 'tool'];

function onlyKnown(message: Message): Message {
  const extra = Object.keys(message).filter((key) => key !== 'role' && key !== 'content');
  if (extra.length > 0)
    throw new ValueError(
      'type/message',
      `A message has "${extra[0]}" beside its role and content, which would be lost.`,
      'Give role and content alone.',
    );
  if (!roles.includes(message.role))
    throw new ValueError('type/message', `A message has the role "${message.role}".`, `Roles are: ${roles.join(', ')}.`);
  return message;
}
