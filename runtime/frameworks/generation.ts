import { UserError } from '../error.js';
import type { GenerationSettings } from './model.js';

/** What each setting may be. */
const ranges: Readonly<Record<keyof GenerationSettings, readonly [fits: (value: number) => boolean, is: string]>> = {
  max_new_tokens: [(value) => Number.isSafeInteger(value) && value >= 1, 'a whole number of at least 1'],
  min_new_tokens: [(value) => Number.isSafeInteger(value) && value >= 0, 'a whole number of at least 0'],
  temperature: [(value) => Number.isFinite(value) && value >= 0, 'at least 0'],
  top_k: [(value) => Number.isSafeInteger(value) && value >= 0, 'a whole number of at least 0, which is all tokens'],
  top_p: [(value) => value > 0 && value <= 1, 'above 0 and at most 1'],
  seed: [(value) => Number.isSafeInteger(value) && value >= 0, 'a whole number of at least 0'],
};

/**
 * Throws `generate/setting` for values that mean nothing, alone or together.
 *
 * @example
 * checkGeneration({ max_new_tokens: 40, temperature: 0.7, top_p: 0.9 });
 */
export function checkGeneration(settings: GenerationSettings): void {
  const wrong = (what: string, hint: string): UserError => new UserError('generate/setting', what, hint);
  for (const [name, value] of Object.entries(settings) as [keyof GenerationSettings, number | undefined][]) {
    const [fits, is] = ranges[name] ?? [() => false, ''];
    if (value !== undefined && !fits(value)) throw wrong(`${name} is ${value}.`, is === '' ? `The settings are: ${Object.keys(ranges).join(', ')}.` : `It is ${is}.`);
  }
  const { max_new_tokens: most, min_new_tokens: least = 0, temperature, top_k, top_p } = settings;
  if (most !== undefined && least > most) throw wrong(`min_new_tokens is ${least}, and max_new_tokens ${most}.`, 'Give a larger max_new_tokens.');
  const choice = top_k !== undefined ? 'top_k' : top_p !== undefined ? 'top_p' : undefined;
  if (choice && temperature === 0) throw wrong(`${choice} says among which tokens one is drawn, and with the temperature 0 none is: the most likely one is taken.`, 'Give a temperature above 0, as 1.');
}
