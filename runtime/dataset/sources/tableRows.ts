import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable, pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../../error.js';
import { plain } from './answerColumn.js';
import { parseJson } from './json.js';
import { ParquetFile } from './parquet.js';
import { readLines, readText } from './textFile.js';

/** A row of a table, with its place for messages: `line 12`, `row 3`. */
export interface TableRow {
  readonly place: string;
  readonly cells: Readonly<Record<string, unknown>>;
}

/** Names of the columns, known before the first row. */
export interface Table {
  readonly columns: readonly string[];
  rows(columns: readonly string[]): AsyncIterable<TableRow>;
}

type Reader = (path: string, shown: string) => Promise<Table>;

/** How a table is read, by the ending of its name. */
const readers: Readonly<Record<string, Reader>> = {
  '.csv': (path, shown) => delimited(path, shown, ','),
  '.tsv': (path, shown) => delimited(path, shown, '\t'),
  '.jsonl': jsonLines,
  '.parquet': parquet,
  '.arrow': arrow,
};

/** @throws {UserError} `data/unknown-format`, `data/csv`, `data/json`, `data/parquet`, `data/arrow`. */
export async function openRows(path: string, shown: string): Promise<Table> {
  const reader = readers[extname(path).toLowerCase()];
  if (!reader) throw new UserError('data/unknown-format', `"${shown}" is no table that can be read.`, `Its name should end in ${Object.keys(readers).join(', ')}.`);
  return reader(path, shown);
}

/** Cells are kept to the byte: blanks, line ends and all. */
async function delimited(path: string, shown: string, delimiter: string): Promise<Table> {
  const records = async function* (to?: number): AsyncGenerator<{ record: string[]; info: { lines: number } }> {
    // `lines` counts line feeds only, so a record's own line is where the one before it ended.
    const options = { delimiter, bom: true, info: true, relax_column_count: true, skip_empty_lines: true, ...(to !== undefined && { to }) };
    // Unlike `pipe`, a pipeline hands on what goes wrong while reading.
    const parser = pipeline(Readable.from(readText(path, shown), { objectMode: false }), parse(options), () => {});
    try {
      yield* parser as AsyncIterable<{ record: string[]; info: { lines: number } }>;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const line = Number((error as { lines?: number }).lines ?? 0);
      const what = /QUOTE/.test(error.code) ? 'a quote is not closed, or stands inside a cell without being doubled' : error.message.split('\n')[0];
      throw new UserError('data/csv', `"${shown}", line ${line}: ${what}.`, 'Put cells with quotes, commas or line ends in double quotes, and double the quotes in them.', { cause: error });
    }
  };
  let columns: string[] | undefined;
  for await (const { record } of records(1)) columns = record;
  if (!columns) throw new UserError('data/csv', `"${shown}" is empty.`, 'Its first line should name the columns.');
  const names = columns;
  return {
    columns: names,
    async *rows() {
      let line = 0;
      let row = 0;
      for await (const { record, info } of records()) {
        const place = `line ${line + 1}`;
        line = info.lines;
        if (row++ === 0) continue;
        if (record.length !== names.length) {
          throw new UserError('data/csv', `"${shown}", ${place}: it has ${record.length} cells, and the first line names ${names.length} columns.`, 'Look for a missing quote or comma there.');
        }
        yield { place, cells: Object.fromEntries(names.map((name, i) => [name, record[i]])) };
      }
    },
  };
}

/**
 * The objects of a file of JSON lines.
 * @throws {UserError} `data/json` with the line.
 */
export async function* readJsonLines(path: string, shown: string): AsyncGenerator<TableRow> {
  let line = 0;
  for await (const text of readLines(path, shown)) {
    line++;
    const json = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (json.trim() === '') continue;
    let cells: unknown;
    try {
      cells = parseJson(json);
    } catch (error) {
      throw new UserError('data/json', `"${shown}", line ${line}: ${(error as Error).message}.`, 'Each line should be one JSON object.');
    }
    if (typeof cells !== 'object' || cells === null || Array.isArray(cells)) throw new UserError('data/json', `"${shown}", line ${line} is no JSON object.`, 'Each line should be one JSON object.');
    yield { place: `line ${line}`, cells: cells as Record<string, unknown> };
  }
}

async function jsonLines(path: string, shown: string): Promise<Table> {
  const columns = new Set<string>();
  // Lines may differ in their keys: a column is there when any line has it.
  for await (const { cells } of readJsonLines(path, shown)) for (const name of Object.keys(cells)) columns.add(name);
  return { columns: [...columns], rows: () => readJsonLines(path, shown) };
}

async function parquet(path: string, shown: string): Promise<Table> {
  const file = await ParquetFile.open(path, shown);
  return {
    columns: file.columns,
    async *rows(columns) {
      let row = 0;
      for await (const batch of file.batches([...new Set(columns)])) {
        const vectors = columns.map((name) => [name, batch.getChild(name)] as const);
        for (let i = 0; i < batch.numRows; i++) yield { place: `row ${++row}`, cells: Object.fromEntries(vectors.map(([name, vector]) => [name, plain(vector?.get(i))])) };
      }
    },
  };
}

async function arrow(path: string, shown: string): Promise<Table> {
  // Loaded when there is such a file: it is large.
  const { tableFromIPC } = await import('apache-arrow');
  const bytes = await readFile(path);
  let table;
  try {
    table = tableFromIPC(bytes);
  } catch (error) {
    throw new UserError('data/arrow', `"${shown}" cannot be read as Arrow: ${(error as Error).message}.`, 'Write it again as an Arrow IPC file or stream.', { cause: error });
  }
  return {
    columns: table.schema.fields.map(({ name }) => name),
    async *rows(columns) {
      const vectors = columns.map((name) => [name, table.getChild(name)] as const);
      for (let i = 0; i < table.numRows; i++) yield { place: `row ${i + 1}`, cells: Object.fromEntries(vectors.map(([name, vector]) => [name, plain(vector?.get(i))])) };
    },
  };
}
