import { readFile } from 'node:fs/promises';
import type { CellError, MimeBundle } from '../cell.js';
import { KernelError } from '../error.js';

/** A notebook of format 4 with texts as single strings. */
export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cells: readonly NotebookCell[];
}

export interface NotebookCell {
  readonly cell_type: string;
  /** Since format 4.5. */
  readonly id?: string;
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly tags?: readonly string[] };
  /** Of code cells. */
  readonly execution_count?: number | null;
  readonly outputs?: readonly NotebookOutput[];
  readonly attachments?: Readonly<Record<string, MimeBundle>>;
}

export type NotebookOutput =
  | { readonly output_type: 'stream'; readonly name: string; readonly text: string }
  | { readonly output_type: 'display_data'; readonly data: MimeBundle; readonly metadata: object }
  | { readonly output_type: 'execute_result'; readonly execution_count: number | null; readonly data: MimeBundle; readonly metadata: object }
  | ({ readonly output_type: 'error' } & CellError);

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string | string[] => typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'));
const join = (text: string | string[]): string => (typeof text === 'string' ? text : text.join(''));

/**
 * Reads a notebook of format 4; everything in it that this kernel does not know is kept.
 *
 * @example
 * const notebook = await readNotebook('quickstart.ipynb');
 */
export async function readNotebook(path: string): Promise<Notebook> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new KernelError('notebook/not-found', `The notebook "${path}" cannot be read: ${why}.`, 'Name an .ipynb file.', { cause });
  }
  return parseNotebook(text, path);
}

/** A notebook from its text; `path` names it in errors. */
export function parseNotebook(text: string, path: string): Notebook {
  const fail = (why: string, hint: string): never => {
    throw new KernelError('notebook/not-a-notebook', `"${path}" is no notebook: ${why}.`, hint);
  };
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return fail(`it is not JSON (${(error as Error).message})`, 'Name an .ipynb file; a half-written one must be saved again.');
  }
  if (!isObject(value)) return fail('it is not a JSON object', 'Name an .ipynb file.');
  const { nbformat, nbformat_minor: minor, metadata, cells } = value;
  if (nbformat === undefined) return fail('it has no "nbformat"', 'Name an .ipynb file.');
  if (nbformat !== 4) return fail(`its format is ${JSON.stringify(nbformat)}, not 4`, 'Convert it: jupyter nbconvert --to notebook FILE.');
  if (!Array.isArray(cells)) return fail('it has no list of "cells"', 'Name an .ipynb file.');
  const problem = cells.map(problemOf).find((found) => found !== undefined);
  if (problem) return fail(problem, 'Open and save it in Jupyter, which repairs what it can.');
  return {
    ...value,
    nbformat: 4,
    nbformat_minor: typeof minor === 'number' ? minor : 0,
    metadata: isObject(metadata) ? metadata : {},
    cells: (cells as Json[]).map(readCell),
  };
}

function problemOf(cell: unknown, index: number): string | undefined {
  const at = `cell ${index + 1}`;
  if (!isObject(cell)) return `${at} is no object`;
  if (typeof cell['cell_type'] !== 'string') return `${at} has no "cell_type"`;
  if (!isText(cell['source'])) return `${at} has no text in "source"`;
  if (cell['cell_type'] !== 'code' || cell['outputs'] === undefined) return undefined;
  const { outputs } = cell;
  if (!Array.isArray(outputs) || !outputs.every((o) => isObject(o) && typeof o['output_type'] === 'string')) return `${at} has broken "outputs"`;
  return undefined;
}

function readCell(cell: Json): NotebookCell {
  const { source, metadata, outputs, ...rest } = cell;
  return {
    ...rest,
    source: join(source as string | string[]),
    metadata: isObject(metadata) ? metadata : {},
    ...(cell['cell_type'] === 'code' && { outputs: ((outputs ?? []) as Json[]).map(readOutput) }),
  } as unknown as NotebookCell;
}

function readOutput(output: Json): NotebookOutput {
  const { text, data } = output;
  return {
    ...output,
    ...(isText(text) && { text: join(text) }),
    ...(isObject(data) && {
      data: Object.fromEntries(Object.entries(data).map(([mime, item]) => [mime, Array.isArray(item) && isText(item) && !isJsonMime(mime) ? join(item) : item])),
    }),
  } as unknown as NotebookOutput;
}

const isJsonMime = (mime: string): boolean => /^application\/(?:.*\+)?json$/.test(mime);

/** The text of an `.ipynb` file as Jupyter writes it: sorted keys, long texts as lists of lines, so that changes read well. */
export function notebookText(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({ ...cell, source: lines(cell.source), ...(cell.outputs && { outputs: cell.outputs.map(writeOutput) }) }));
  return `${JSON.stringify(sorted({ ...notebook, cells }), null, 1)}\n`;
}

function writeOutput(output: NotebookOutput): Json {
  if (output.output_type === 'stream') return { ...output, text: lines(output.text) };
  if (output.output_type === 'error') return { ...output };
  const data = Object.entries(output.data).map(([mime, item]) => [mime, typeof item === 'string' && !isJsonMime(mime) ? lines(item) : item]);
  return { ...output, data: Object.fromEntries(data) };
}

const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
