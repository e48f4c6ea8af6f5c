import { open } from 'node:fs/promises';
import { DataType, RecordBatchReader, type Schema } from 'apache-arrow';
import { UserError } from '../error.js';

/** One training row: a text, and its label or labels. */
export interface LabelledText {
  readonly text: string;
  readonly label: string | readonly string[];
}

/** The rows of a prepared text classification, batch by batch from an Arrow file. */
export async function* readRows(path: string): AsyncGenerator<LabelledText, void> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new UserError('data/no-file', `The prepared rows "${path}" cannot be read: ${error.message}.`, undefined, { cause: error });
  });
  try {
    const reader = await readArrow(path, async () => (await RecordBatchReader.from(file)).open());
    const multiLabel = isMultiLabel(reader.schema, path);
    for (;;) {
      const next = await readArrow(path, async () => reader.next());
      if (next.done) return;
      const texts = next.value.getChild('text')!;
      const labels = next.value.getChild('label')!;
      for (let row = 0; row < next.value.numRows; row++) {
        const text: unknown = texts.get(row);
        const label: unknown = labels.get(row);
        if (typeof text !== 'string' || label === null) throw new UserError('data/null-value', `A row of "${path}" has no text or no label.`, 'Prepare the task again.');
        yield { text, label: multiLabel ? ([...(label as Iterable<string>)]) : (label as string) };
      }
    }
  } finally {
    await file.close();
  }
}

/** Do the rows of a file have lists of labels? */
export async function hasLabelLists(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    return isMultiLabel((await readArrow(path, async () => (await RecordBatchReader.from(file)).open())).schema, path);
  } finally {
    await file.close();
  }
}

function isMultiLabel(schema: Schema, path: string): boolean {
  const typeOf = (name: string): DataType => {
    const type = schema.fields.find((field) => field.name === name)?.type;
    if (!type) throw new UserError('data/unknown-column', `"${path}" has no column "${name}".`, `It has: ${schema.fields.map((field) => field.name).join(', ')}.`);
    return DataType.isDictionary(type) ? type.dictionary : type;
  };
  const isText = (type: DataType): boolean => DataType.isUtf8(type) || DataType.isLargeUtf8(type);
  const text = typeOf('text');
  const label = typeOf('label');
  const item = DataType.isList(label) ? (label.valueType as DataType) : label;
  if (isText(text) && isText(DataType.isDictionary(item) ? item.dictionary : item)) return DataType.isList(label);
  throw new UserError('data/wrong-type', `"${path}" has a text of type ${text} and a label of type ${label}.`, 'They must be text, and text or a list of texts.');
}

async function readArrow<T>(path: string, read: () => Promise<T>): Promise<T> {
  return read().catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    throw new UserError('data/arrow', `"${path}" is no Arrow file that can be read: ${(error as Error).message}.`, 'Prepare the task again.', { cause: error });
  });
}
