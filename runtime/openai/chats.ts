import { Rows } from '../prepare/rows.js';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}
export type Chat = readonly ChatMessage[];

/** The chats of a job's Arrow file. Throws `data/damaged-file`. */
export const readChats = (jobFolder: string, name: string): Chat[] => [...Rows.open<{ readonly messages: Chat }>(jobFolder, name)].map(({ messages }) => messages.map(({ role, content }) => ({ role, content })));

/** One JSON object a line, as the service wants files. */
export const toJsonLines = (chats: readonly Chat[]): Buffer => Buffer.from(chats.map((messages) => `${JSON.stringify({ messages })}\n`).join(''));

/** What is said before the assistant speaks last, and what it says then; nothing where it never speaks. */
export function lastAnswer(chat: Chat): { readonly asked: Chat; readonly answer: string } | undefined {
  const at = chat.findLastIndex(({ role }) => role === 'assistant');
  return at < 0 ? undefined : { asked: chat.slice(0, at), answer: chat[at]!.content };
}

/** The instruction that all chats begin with; null where they begin differently. */
export function commonSystem(chats: readonly Chat[]): string | null {
  const [first] = chats;
  const system = first?.[0]?.role === 'system' ? first[0].content : null;
  return system !== null && chats.every(([begin]) => begin?.role === 'system' && begin.content === system) ? system : null;
}
