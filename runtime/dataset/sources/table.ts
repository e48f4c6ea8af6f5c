/** The sources that a program can name, for checks, completion and documentation. */
export interface SourceDefinition {
  readonly name: string;
  /** What stands behind the name. */
  readonly argument: string;
  readonly options: readonly { readonly name: string; readonly type: 'text'; readonly doc: string }[];
  /** May a program say which column is what? */
  readonly mapping: boolean;
  readonly doc: string;
}

export const sources: readonly SourceDefinition[] = [
  { name: 'folder', argument: 'path', options: [], mapping: false, doc: "A folder in the hub's layout: argilla.yaml and data/*.parquet." },
  {
    name: 'file',
    argument: 'path',
    options: [{ name: 'settings', type: 'text', doc: 'An argilla.yaml: the file is feedback records as JSON lines.' }],
    mapping: true,
    doc: 'A table: csv, tsv, jsonl, parquet or arrow; or feedback records as JSON lines.',
  },
  { name: 'value', argument: 'variable', options: [], mapping: false, doc: 'A FeedbackDataset of the notebook.' },
];
