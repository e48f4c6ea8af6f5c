import type { Drop } from './manifest.js';

/** More different reasons than anybody reads (they may name values of the data) are counted together. */
const mostReasons = 200;

/** Counts dropped candidates by reason and column. */
export class DropCounter {
  readonly #counts = new Map<string, { readonly reason: string; readonly column: string | undefined; count: number }>();
  total = 0;

  add(reason: string, column?: string): void {
    this.total++;
    const key = column === undefined ? reason : `${column}\n${reason}`;
    const known = this.#counts.get(key);
    if (known) known.count++;
    else if (this.#counts.size < mostReasons || reason === others) this.#counts.set(key, { reason, column, count: 1 });
    else {
      this.total--;
      this.add(others);
    }
  }

  /** Most frequent first. */
  list(): Drop[] {
    return [...this.#counts.values()]
      .sort((a, b) => b.count - a.count || compareTexts(a.reason, b.reason) || compareTexts(a.column ?? '', b.column ?? ''))
      .map(({ reason, column, count }) => ({ reason, ...(column === undefined ? {} : { column }), count }));
  }
}

const others = 'other reasons';

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
