import { RowText } from '../task/lateText.js';

/** Is half of a surrogate pair in it, which UTF-8 cannot say? Such a row is dropped. */
export function isBroken(value: unknown): boolean {
  if (typeof value === 'string') return !(value as string & { isWellFormed(): boolean }).isWellFormed();
  if (value instanceof RowText) return value.isBroken;
  return typeof value === 'object' && value !== null && Object.values(value).some(isBroken);
}

export const brokenReason = 'is not well-formed Unicode (half of a surrogate pair)';
