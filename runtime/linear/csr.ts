/** A sparse matrix by rows (CSR): the entries of row `i` stand at `starts[i]` to `starts[i + 1]`, columns ascending. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float64Array;
}

/** Puts matrices with the same rows side by side. */
export function besides(parts: readonly SparseMatrix[]): SparseMatrix {
  const rows = parts[0]?.rows ?? 0;
  const size = parts.reduce((sum, part) => sum + part.values.length, 0);
  const starts = new Uint32Array(rows + 1);
  const indices = new Uint32Array(size);
  const values = new Float64Array(size);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let offset = 0;
    for (const part of parts) {
      const from = part.starts[row]!;
      const to = part.starts[row + 1]!;
      for (let i = from; i < to; i++) indices[at + i - from] = part.indices[i]! + offset;
      values.set(part.values.subarray(from, to), at);
      at += to - from;
      offset += part.columns;
    }
    starts[row + 1] = at;
  }
  return { rows, columns: parts.reduce((sum, part) => sum + part.columns, 0), starts, indices, values };
}

/** A matrix of rows that have all their numbers. */
export function dense(rows: readonly Float64Array[], columns: number): SparseMatrix {
  const indices = new Uint32Array(rows.length * columns);
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, at) => {
    values.set(row, at * columns);
    for (let i = 0; i < columns; i++) indices[at * columns + i] = i;
  });
  return { rows: rows.length, columns, starts: Uint32Array.from({ length: rows.length + 1 }, (_, row) => row * columns), indices, values };
}
