/** Rows as AutoTrain's trainers read them: one column of texts or chats, and those beside it. */
import type { Message } from '../task/value.js';
import type { Text } from '../task/kinds/rows.js';

export interface AutoTrainRows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Parameters that name columns, to their names. */
  readonly columns: Readonly<Record<string, string>>;
  /** Are they chats, which a chat template makes texts of? */
  readonly chats: boolean;
  /** What is left out or joined, for people. */
  readonly notices: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

const chatOf = (text: Text, role: Message['role']): readonly Message[] => (typeof text === 'string' ? [{ role, content: text }] : text);
const areChats = (rows: readonly Row[], ...names: string[]): boolean => rows.some((row) => names.some((name) => Array.isArray(row[name])));

/** One after the other: texts as they are, chats message by message. */
const joined = (prompt: Text, answer: Text, chats: boolean): Text => (chats ? [...chatOf(prompt, 'user'), ...chatOf(answer, 'assistant')] : `${prompt as string}${answer as string}`);

export function fineTuningRows(rows: readonly Row[]): AutoTrainRows {
  const [first = {}] = rows;
  if ('text' in first) return { rows: rows.map(({ text }) => ({ text })), columns: { text_column: 'text' }, chats: false, notices: [] };
  if ('messages' in first) return { rows: rows.map(({ messages }) => ({ messages })), columns: { text_column: 'messages' }, chats: true, notices: [] };
  const chats = areChats(rows, 'prompt', 'completion');
  const name = chats ? 'messages' : 'text';
  return {
    rows: rows.map((row) => ({ [name]: joined(row['prompt'] as Text, row['completion'] as Text, chats) })),
    columns: { text_column: name }, chats, notices: ['Prompt and completion are one text for AutoTrain: it learns from prompts too.'],
  };
}

/** A prompt of its own is the beginning of both answers. */
export function rewardRows(rows: readonly Row[]): AutoTrainRows {
  const chats = areChats(rows, 'prompt', 'chosen', 'rejected');
  const whole = (row: Row, name: 'chosen' | 'rejected'): Text => (row['prompt'] === undefined ? (chats ? chatOf(row[name] as Text, 'assistant') : (row[name] as Text)) : joined(row['prompt'] as Text, row[name] as Text, chats));
  return {
    rows: rows.map((row) => ({ chosen: whole(row, 'chosen'), rejected: whole(row, 'rejected') })),
    columns: { text_column: 'chosen', rejected_text_column: 'rejected' }, chats, notices: [],
  };
}

/** Of chats AutoTrain takes the last message for the answer, and what is before it in the chosen one for the prompt. */
export function preferenceRows(rows: readonly Row[]): AutoTrainRows {
  const chats = areChats(rows, 'prompt', 'chosen', 'rejected');
  const columns = { prompt_text_column: 'prompt', text_column: 'chosen', rejected_text_column: 'rejected' };
  if (!chats) return { rows: rows.map(({ prompt, chosen, rejected }) => ({ prompt, chosen, rejected })), columns, chats, notices: [] };
  const kept = rows.filter((row) => ['chosen', 'rejected'].every((name) => chatOf(row[name] as Text, 'assistant').length === 1));
  const left = rows.length - kept.length;
  return {
    rows: kept.map((row) => ({
      prompt: chatOf(row['prompt'] as Text, 'user').map(({ content }) => content).join('\n'),
      chosen: joined(row['prompt'] as Text, row['chosen'] as Text, true), rejected: joined(row['prompt'] as Text, row['rejected'] as Text, true),
    })),
    columns, chats, notices: left > 0 ? [`${left} rows are left out: an answer in them has several messages, and AutoTrain takes the last one alone.`] : [],
  };
}
