export interface HistoryRequest {
  readonly output?: boolean;
  readonly hist_access_type: 'tail' | 'range' | 'search';
  readonly n?: number | null;
  readonly session?: number;
  readonly start?: number;
  readonly stop?: number | null;
  readonly pattern?: string;
  readonly unique?: boolean;
}

type Entry = readonly [session: number, line: number, input: string | readonly [string, string | null]];

/** The cells of this kernel's life and the text of their results; session 1 is the only one. */
export class History {
  readonly #cells: { readonly line: number; readonly input: string; output: string | null }[] = [];

  add(line: number, input: string): void {
    this.#cells.push({ line, input, output: null });
  }

  /** Keeps the result of the cell that was added last. */
  addOutput(output: string): void {
    const last = this.#cells.at(-1);
    if (last) last.output = output;
  }

  /** The `history` of a `history_reply`. */
  answer(request: HistoryRequest): Entry[] {
    const last = request.n ?? undefined;
    let cells = this.#cells.slice();
    if (request.hist_access_type === 'range') {
      const { start = 0, stop } = request;
      // Session 0 is the current one, negative numbers count back from it.
      if (![0, 1, undefined].includes(request.session)) return [];
      cells = cells.filter(({ line }) => line >= start && (stop === undefined || stop === null || line < stop));
    } else if (request.hist_access_type === 'search') {
      const pattern = glob(request.pattern ?? '*');
      cells = cells.filter(({ input }) => pattern.test(input));
      if (request.unique) cells = [...new Map(cells.map((cell) => [cell.input, cell])).values()];
      if (last !== undefined) cells = lastOf(cells, last);
    } else {
      cells = lastOf(cells, last ?? 10);
    }
    return cells.map(({ line, input, output }) => [1, line, request.output ? [input, output] : input]);
  }
}

const lastOf = <T>(items: readonly T[], n: number): T[] => (n <= 0 ? [] : items.slice(-n));

/** `*` and `?` as in file names; a pattern matches the whole cell. */
function glob(pattern: string): RegExp {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (c) => (c === '*' ? '[^]*' : c === '?' ? '[^]' : `\\${c}`));
  return new RegExp(`^${source}$`);
}
