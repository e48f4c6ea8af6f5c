/** Settings as Argilla's server writes them (`argilla.cfg` of up to 1.12, `.argilla/settings.json` of 2.x), in the words of `argilla.yaml`. */
import { UserError } from '../error.js';
import { settingsOf, type DatasetSettings } from './settings.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a file of the server's settings.
 * @throws {UserError} `data/settings` with the place in what it says.
 */
export function parseServerSettings(json: string, path: string): DatasetSettings {
  let read: unknown;
  try {
    read = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UserError('data/settings', `"${path}" is no JSON: ${(error as Error).message}.`, 'Write it again from Argilla.');
  }
  const { fields, questions, guidelines, metadata, metadata_properties, vectors, vectors_settings, allow_extra_metadata } = (read ?? {}) as Json;
  return settingsOf(
    {
      fields: mapped(fields, fieldOf),
      questions: mapped(questions, questionOf),
      guidelines: guidelines === '' ? null : guidelines,
      metadata_properties: mapped(metadata ?? metadata_properties ?? [], propertyOf),
      vectors_settings: mapped(vectors ?? vectors_settings ?? [], ({ name, title, dimensions }) => ({ name, title, dimensions })),
      allow_extra_metadata,
    },
    path,
  );

  function fieldOf({ name, title, required, settings, type }: Json): Json {
    const { type: own = type, use_markdown } = (settings ?? {}) as Json;
    if (own !== undefined && own !== null && own !== 'text') {
      throw new UserError('data/settings', `"${path}": the field "${String(name)}" is of type ${String(own)}, and only texts are read.`, 'Export the data set without it, or as a table with its text.');
    }
    return { name, title, required, type: 'text', use_markdown };
  }
}

function questionOf({ name, title, description, required, settings, ...flat }: Json): Json {
  const base = { name, title, description, required };
  const { type = flat['type'], ...given } = (settings ?? flat) as Json;
  const options = Array.isArray(given['options']) ? (given['options'] as readonly Json[]) : undefined;
  const visible_labels = given['visible_options'] ?? given['visible_labels'];
  switch (type) {
    case 'label_selection':
    case 'multi_label_selection':
      return { ...base, type, labels: options ? labelsOf(options) : given['labels'], visible_labels, ...(type === 'multi_label_selection' && { labels_order: given['options_order'] ?? given['labels_order'] }) };
    case 'rating':
      return { ...base, type, values: options ? options.map(({ value }) => value) : given['values'] };
    case 'ranking':
      return { ...base, type, values: options ? labelsOf(options) : given['values'] };
    case 'span':
      return { ...base, type, field: given['field'], labels: options ?? given['labels'], visible_labels, allow_overlapping: given['allow_overlapping'] };
    default:
      return { ...base, type, use_markdown: given['use_markdown'] };
  }
}

/** Labels with their texts, in order, where one has another text than itself. */
function labelsOf(options: readonly Json[]): unknown {
  if (options.every(({ value, text }) => text === undefined || text === null || text === value)) return options.map(({ value }) => value);
  return new Map(options.map(({ value, text }) => [value, text ?? value]));
}

function propertyOf({ name, title, visible_for_annotators, settings, ...flat }: Json): Json {
  const { type, values, min, max, visible_for_annotators: own } = { ...flat, ...((settings ?? {}) as Json) };
  return { name, title, type, visible_for_annotators: visible_for_annotators ?? own, ...(type === 'terms' ? { values } : { min, max }) };
}

/** What is no list is left as it is, so that it is said to be none. */
const mapped = (list: unknown, of: (one: Json) => Json): unknown => (Array.isArray(list) ? list.map((one: unknown) => (typeof one === 'object' && one !== null ? of(one as Json) : one)) : list);
