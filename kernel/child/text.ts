import { inspect, types } from 'node:util';
import { readableStack } from './stack.js';

const limits = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 };
const maxProperties = 100;
const maxLength = 100_000;

/** A value as text of bounded length, as Node's inspector has it; fails never. `failed` hears of a value whose own way to be shown failed. */
export function textOf(value: unknown, failed: (error: unknown) => void = () => undefined, options: object = limits): string {
  let failure: unknown;
  // A value may say by itself how it is shown, and may be wrong.
  for (const customInspect of [true, false]) {
    try {
      const text = inspected(value, { ...options, customInspect });
      if (failure !== undefined) failed(failure);
      return text;
    } catch (error) {
      failure ??= error ?? new Error('Something was thrown that is no error.');
    }
  }
  failed(failure);
  return `[${typeof value} that cannot be shown]`;
}

function inspected(value: unknown, options: object): string {
  const hidden = isWide(value) ? Object.keys(value).length - maxProperties : 0;
  const text = inspect(hidden > 0 ? headOf(value as object) : value, options);
  const whole = hidden > 0 ? text.replace(/,?\s*\}$/, `,\n  ... ${hidden} more properties\n}`) : text;
  const readable = whole.replace(/(?:\n\s+(?:at |\.\.\. \d+ lines matching)[^\n]*)+/g, readableFrames);
  return readable.length > maxLength ? `${readable.slice(0, maxLength)}... ${readable.length - maxLength} more characters` : readable;
}

/** The frames of an error in a text, and what of the text follows them on their last line; the inspector leaves out those that a cause has too. */
function readableFrames(frames: string): string {
  const rest = /[ ,{}\]]*$/.exec(frames)![0];
  const stack = frames.slice(0, frames.length - rest.length).replace(/\n\s+\.\.\. \d+ lines matching[^\n]*/g, '');
  return readableStack(stack, { source: false }).join('\n') + rest;
}

/** The inspector bounds lists, but not objects. */
const isWide = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !types.isProxy(value) && !ArrayBuffer.isView(value) && !Array.isArray(value) && !(inspect.custom in value) && Object.keys(value).length > 1000;

/** An object of the same kind with the first properties; accessors stay what they are. */
function headOf(value: object): object {
  const head = Object.create(Object.getPrototypeOf(value) as object | null) as object;
  for (const key of Object.keys(value).slice(0, maxProperties)) Object.defineProperty(head, key, Object.getOwnPropertyDescriptor(value, key)!);
  return head;
}
