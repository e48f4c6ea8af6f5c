/** Numbers as people read them; the same everywhere, whatever the machine's language. */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const cents = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** 1234 as `1,234`. */
export function count(value: number | bigint): string {
  return whole.format(value);
}

/** `1 row`, `1,234 rows`; `many` where the plural is not the word and an s. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Integers whole, others to four significant digits or two decimals; tiny and huge ones with an exponent. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(2);
  return Number.isInteger(value) ? whole.format(value) : (size < 100 ? short : cents).format(value);
}

/** A score between -1 and 1 to three decimals; `–` where there is none. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(3);
}

/** A share as a percentage to one decimal. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined || Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`;
}

/** Seconds as `0.8 s`, `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const all = Math.round(seconds);
  if (all < 60) return `${all} s`;
  const minutes = Math.floor(all / 60);
  if (minutes < 60) return `${minutes} min ${String(all % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
