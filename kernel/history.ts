import type { SavedHistory } from './savedHistory.js';

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

/** A cell that ran, and the text of its result. */
export interface PastCell {
  readonly session: number;
  readonly line: number;
  readonly input: string;
  output: string | null;
}

type Entry = readonly [session: number, line: number, input: string | readonly [string, string | null]];

/** The cells of this kernel's life, which is one session, and those of kernels before it where they are kept. */
export class History {
  readonly #cells: Omit<PastCell, 'session'>[] = [];

  constructor(private readonly saved?: SavedHistory) {}

  /** `typed` ones outlive the kernel. */
  add(line: number, input: string, typed: boolean): void {
    this.#cells.push({ line, input, output: null });
    if (typed) this.saved?.add(line, input);
  }

  /** Keeps the result of the cell that was added last. */
  addOutput(output: string): void {
    const last = this.#cells.at(-1);
    if (last) last.output = output;
  }

  /** The `history` of a `history_reply`. */
  answer(request: HistoryRequest): Entry[] {
    const session = this.saved?.session ?? 1;
    const own = this.#cells.map((cell) => ({ session, ...cell }));
    const all = (): PastCell[] => [...(this.saved?.earlier() ?? []), ...own];
    return chosen(request, all, own, session).map(({ session, line, input, output }) => [session, line, request.output ? [input, output] : input]);
  }
}

function chosen(request: HistoryRequest, all: () => PastCell[], own: PastCell[], current: number): PastCell[] {
  const last = request.n ?? undefined;
  switch (request.hist_access_type) {
    case 'range': {
      const { session = 0, start = 0, stop } = request;
      // 0 is the current one, negative numbers count back from it.
      const wanted = session > 0 ? session : current + session;
      return (wanted === current ? own : all()).filter((cell) => cell.session === wanted && cell.line >= start && (stop === undefined || stop === null || cell.line < stop));
    }
    case 'search': {
      const pattern = glob(request.pattern ?? '*');
      const found = all().filter(({ input }) => pattern.test(input));
      const cells = request.unique ? [...new Map(found.map((cell) => [cell.input, cell])).values()] : found;
      return last === undefined ? cells : lastOf(cells, last);
    }
    default:
      return lastOf(all(), last ?? 10);
  }
}

const lastOf = <T>(items: readonly T[], n: number): T[] => (n <= 0 ? [] : items.slice(-n));

/** `*` and `?` as in file names; a pattern matches the whole cell. */
function glob(pattern: string): RegExp {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (c) => (c === '*' ? '[^]*' : c === '?' ? '[^]' : `\\${c}`));
  return new RegExp(`^${source}$`, 'u');
}
