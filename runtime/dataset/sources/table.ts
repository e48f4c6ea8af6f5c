import { resolve } from 'node:path';
import { UserError } from '../../error.js';
import { nearest } from '../../nearest.js';
import { FeedbackDataset } from '../feedbackDataset.js';
import type { TableMapping } from '../mapping.js';

/** What a program says of a data set, and where it says it. */
export interface SourceRequest {
  readonly name: string;
  /** What {@link SourceDefinition.argument} calls it. */
  readonly argument: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly mapping?: TableMapping;
  /** Where relative paths start. */
  readonly folder: string;
  /** Reads a variable of the notebook; undefined where there is none. */
  readonly variable: (name: string) => unknown;
}

/** A source that a program can name: for checks, completion and documentation, and to open it. */
export interface SourceDefinition {
  readonly name: string;
  /** What stands behind the name. */
  readonly argument: string;
  readonly options: readonly { readonly name: string; readonly type: 'text' | 'path'; readonly doc: string }[];
  /** May a program say which column is what? */
  readonly mapping: boolean;
  readonly doc: string;
  readonly open: (request: SourceRequest) => Promise<FeedbackDataset>;
}

const split = { name: 'split', type: 'text', doc: 'Which split, as in data/train-*.parquet; needed where there are several.' } as const;
const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

export const sources: readonly SourceDefinition[] = [
  {
    name: 'folder',
    argument: 'path',
    options: [split],
    mapping: false,
    doc: "A folder in the hub's layout: argilla.yaml and data/*.parquet.",
    open: ({ name, argument, options, folder }) => FeedbackDataset.fromFolder(resolve(folder, argument), { name, shown: argument, split: text(options['split']) }),
  },
  {
    name: 'hub',
    argument: 'repository',
    options: [{ name: 'revision', type: 'text', doc: 'Branch, tag or commit; default: main.' }, split],
    mapping: false,
    doc: 'A data set of the hub, "owner/name"; fetched once into the cache that huggingface_hub uses too.',
    open: ({ name, argument, options }) => FeedbackDataset.fromHub(argument, { name, revision: text(options['revision']), split: text(options['split']) }),
  },
  {
    name: 'argilla',
    argument: 'name',
    options: [{ name: 'workspace', type: 'text', doc: "The data set's workspace; default: ARGILLA_WORKSPACE." }],
    mapping: false,
    doc: 'A data set of an Argilla 1.x server; not available yet.',
    open: async ({ argument }) => {
      throw new UserError('data/unreachable', `The data set "${argument}" cannot be read: Argilla servers are not supported yet.`, 'Push it to the hub, or export it to a folder, and read it from there.');
    },
  },
  {
    name: 'file',
    argument: 'path',
    options: [{ name: 'settings', type: 'path', doc: 'An argilla.yaml: the file is feedback records as JSON lines.' }],
    mapping: true,
    doc: 'A table: csv, tsv, jsonl, parquet or arrow; or feedback records as JSON lines.',
    open: ({ name, argument, options: { settings }, mapping, folder }) =>
      FeedbackDataset.fromFile(resolve(folder, argument), {
        name,
        shown: argument,
        ...(mapping && { mapping }),
        ...(settings !== undefined && { settings: resolve(folder, String(settings)) }),
      }),
  },
  {
    name: 'label_studio',
    argument: 'path',
    options: [],
    mapping: false,
    doc: 'An export of Label Studio as JSON; not available yet.',
    open: async ({ argument }) => {
      throw new UserError('data/unreachable', `"${argument}" cannot be read: exports of Label Studio are not supported yet.`, 'Export it as CSV, and read it from file.');
    },
  },
  {
    name: 'value',
    argument: 'variable',
    options: [],
    mapping: false,
    doc: 'A FeedbackDataset of the notebook.',
    async open({ argument, variable }) {
      const value = variable(argument);
      if (value instanceof FeedbackDataset) return value;
      const what = value === undefined ? `There is no variable "${argument}".` : `The variable "${argument}" is no FeedbackDataset.`;
      throw new UserError('data/no-value', what, 'Make one in a TypeScript cell first.');
    },
  },
];

/** @throws {UserError} `name/unknown-source`, with the nearest name. */
export function sourceNamed(name: string): SourceDefinition {
  const source = sources.find((one) => one.name === name);
  if (source) return source;
  const names = sources.map((one) => one.name);
  throw new UserError('name/unknown-source', `There is no source "${name}".`, nearest(name, names) ?? `There are: ${names.join(', ')}.`);
}
