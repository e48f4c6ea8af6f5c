import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { UserError } from '../error.js';
import { TextField } from './fields.js';
import { MetadataProperty, type VectorSettings } from './metadata.js';
import { checkUnique } from './names.js';
import { LabelQuestion, MultiLabelQuestion, RankingQuestion, RatingQuestion, SpanQuestion, TextQuestion, type Labels, type Question } from './questions.js';

/** What a data set is, without its records. */
export interface DatasetSettings {
  readonly fields: readonly TextField[];
  readonly questions: readonly Question[];
  readonly metadataProperties: readonly MetadataProperty[];
  readonly vectorsSettings: readonly VectorSettings[];
  readonly guidelines: string | null;
  readonly allowExtraMetadata: boolean;
}

const text = z.string();
const common = { name: text, title: text.nullish(), description: text.nullish(), required: z.boolean().nullish() };
const label = z.union([text, z.number().transform(String)]);
const labels = z.union([z.array(label), z.map(label, label)]);
const visible = { visible_labels: z.int().nullish() };

const field = z.strictObject({ name: text, title: text.nullish(), required: z.boolean().nullish(), type: z.literal('text').nullish(), use_markdown: z.boolean().nullish() });

const question = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('text'), use_markdown: z.boolean().nullish() }),
  z.strictObject({ ...common, ...visible, type: z.literal('label_selection'), labels }),
  z.strictObject({ ...common, ...visible, type: z.literal('multi_label_selection'), labels, labels_order: z.enum(['natural', 'suggestion']).nullish() }),
  z.strictObject({ ...common, type: z.literal('rating'), values: z.array(z.coerce.number()) }),
  z.strictObject({ ...common, type: z.literal('ranking'), values: labels }),
  z.strictObject({
    ...common,
    ...visible,
    type: z.literal('span'),
    field: text,
    labels: z.union([z.array(z.object({ value: label, text: label.nullish(), description: text.nullish() })), labels]),
    allow_overlapping: z.boolean().nullish(),
  }),
]);

const property = z.discriminatedUnion('type', [
  z.strictObject({ name: text, title: text.nullish(), visible_for_annotators: z.boolean().nullish(), type: z.literal('terms'), values: z.array(text).nullish() }),
  z.strictObject({ name: text, title: text.nullish(), visible_for_annotators: z.boolean().nullish(), type: z.enum(['integer', 'float']), min: z.number().nullish(), max: z.number().nullish() }),
]);

const Settings = z.strictObject({
  fields: z.array(field).min(1),
  questions: z.array(question).min(1),
  guidelines: text.nullish(),
  metadata_properties: z.array(property).nullish(),
  vectors_settings: z.array(z.strictObject({ name: text, title: text.nullish(), dimensions: z.int().positive() })).nullish(),
  allow_extra_metadata: z.boolean().nullish(),
});

/**
 * Reads Argilla 1.x's `argilla.yaml`. No tag of YAML's makes an object, and aliases are bounded.
 * @throws {UserError} `data/settings` with the place in the file, or in what it says.
 */
export function parseSettings(yaml: string, path: string): DatasetSettings {
  let read: unknown;
  try {
    // Tags (1.x wrote ids as Python objects) are not resolved. Maps keep the order of labels that look like numbers.
    read = plain(parse(yaml, { maxAliasCount: 20, strict: true, logLevel: 'error', mapAsMap: true }));
  } catch (error) {
    throw new UserError('data/settings', `"${path}" is no YAML: ${(error as Error).message.split('\n')[0]}`, 'Write it again from Argilla, or mend the line.');
  }
  return settingsOf(withoutIds(read), path);
}

/**
 * Settings from what `argilla.yaml` says, once it is read; maps keep the order of labels.
 * @throws {UserError} `data/settings` with the place in what it says.
 */
export function settingsOf(read: unknown, path: string): DatasetSettings {
  const found = Settings.safeParse(read);
  if (!found.success) {
    const [issue] = found.error.issues;
    throw new UserError('data/settings', `"${path}" does not describe a feedback data set: ${issue!.path.join('.') || 'the whole'}: ${issue!.message}.`, "It should have Argilla 1.x's fields and questions.");
  }
  const { fields, questions, guidelines, metadata_properties, vectors_settings, allow_extra_metadata } = found.data;
  return checkSettings({
    fields: fields.map((f) => new TextField(defined({ name: f.name, title: f.title, required: f.required, useMarkdown: f.use_markdown }))),
    questions: questions.map(toQuestion),
    metadataProperties: (metadata_properties ?? []).map((p) => new MetadataProperty(defined({ ...p, title: p.title, visibleForAnnotators: p.visible_for_annotators }) as never)),
    vectorsSettings: (vectors_settings ?? []).map(({ name, title, dimensions }) => ({ name, title: title ?? name, dimensions })),
    guidelines: guidelines ?? null,
    allowExtraMetadata: allow_extra_metadata ?? true,
  });
}

/**
 * What holds for all settings: different names, at least one required field and question.
 * @throws {UserError} `data/duplicate-name`, `data/settings`.
 */
export function checkSettings(settings: DatasetSettings): DatasetSettings {
  const { fields, questions, metadataProperties, vectorsSettings, guidelines } = settings;
  for (const [what, list] of Object.entries({ fields, questions, metadataProperties, vectorsSettings })) {
    if (!Array.isArray(list)) throw new UserError('data/settings', `The ${what} are no list.`, `Write them in brackets: ${what}: [ … ].`);
  }
  if (guidelines !== null && typeof guidelines !== 'string') throw new UserError('data/settings', 'The guidelines are no text.', 'Write one, or leave them out.');
  const flat = vectorsSettings.find(({ dimensions }) => !Number.isInteger(dimensions) || dimensions < 1);
  if (flat) throw new UserError('data/settings', `The vector "${flat.name}" has ${flat.dimensions} dimensions.`, 'Give a whole number above 0.');
  checkUnique('fields', fields.map((f) => f.name));
  checkUnique('questions', questions.map((q) => q.name));
  checkUnique('metadata properties', metadataProperties.map((p) => p.name));
  checkUnique('vectors', vectorsSettings.map((v) => v.name));
  for (const [what, list] of [['field', fields], ['question', questions]] as const) {
    if (!list.some((one) => one.required)) throw new UserError('data/settings', `The data set has no required ${what}.`, `At least one ${what} must be required.`);
  }
  if (guidelines === '') throw new UserError('data/settings', 'The guidelines are empty.', 'Write some, or leave them out.');
  return settings;
}

/** `argilla.yaml` as Argilla 1.x writes it: keys in order of the alphabet. */
export function writeSettings({ fields, questions, metadataProperties, vectorsSettings, guidelines, allowExtraMetadata }: DatasetSettings): string {
  const settings = {
    allow_extra_metadata: allowExtraMetadata,
    fields: fields.map(({ name, required, title, type, useMarkdown }) => ({ name, required, title, type, use_markdown: useMarkdown })),
    guidelines,
    metadata_properties: metadataProperties.length === 0 ? null : metadataProperties.map(fromProperty),
    questions: questions.map(fromQuestion),
    vectors_settings: vectorsSettings.length === 0 ? null : vectorsSettings,
  };
  return stringify(sorted(settings), { lineWidth: 0 });
}

/** Keys in order of the alphabet; labels with texts are a map, whose order is theirs. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}

const typeNames = { label: 'label_selection', multi_label: 'multi_label_selection' } as const;

function fromQuestion(question: Question): object {
  const { name, title, description, required } = question;
  const base = { name, title, description, required, type: question.type in typeNames ? typeNames[question.type as 'label'] : question.type };
  const plain = (labels: ReadonlyMap<string, string>): Labels => ([...labels].every(([value, text]) => value === text) ? [...labels.keys()] : labels);
  if (question instanceof TextQuestion) return { ...base, use_markdown: question.useMarkdown };
  if (question instanceof RatingQuestion) return { ...base, values: question.values };
  if (question instanceof RankingQuestion) return { ...base, values: plain(question.values) };
  if (question instanceof SpanQuestion) {
    const labels = [...question.labels].map(([value, text]) => ({ value, text, description: null }));
    return { ...base, field: question.field, labels, visible_labels: question.visibleLabels, allow_overlapping: question.allowOverlapping };
  }
  const labels = { ...base, labels: plain(question.labels), visible_labels: question.visibleLabels };
  return question instanceof MultiLabelQuestion ? { ...labels, labels_order: question.labelsOrder } : labels;
}

function fromProperty({ name, title, type, visibleForAnnotators, values, min, max }: MetadataProperty): object {
  return { name, title, type, visible_for_annotators: visibleForAnnotators, ...(type === 'terms' ? { values } : { min, max }) };
}

function toQuestion(q: z.infer<typeof question>): Question {
  const base = defined({ name: q.name, title: q.title, description: q.description, required: q.required });
  switch (q.type) {
    case 'text':
      return new TextQuestion({ ...base, useMarkdown: q.use_markdown ?? false });
    case 'rating':
      return new RatingQuestion({ ...base, values: q.values });
    case 'ranking':
      return new RankingQuestion({ ...base, values: q.values });
    case 'label_selection':
      return new LabelQuestion({ ...base, labels: q.labels, visibleLabels: q.visible_labels });
    case 'multi_label_selection':
      return new MultiLabelQuestion({ ...base, labels: q.labels, visibleLabels: q.visible_labels, labelsOrder: q.labels_order ?? undefined });
    case 'span':
      return new SpanQuestion({ ...base, field: q.field, labels: spanLabels(q.labels), visibleLabels: q.visible_labels, allowOverlapping: q.allow_overlapping ?? false });
  }
}

function spanLabels(labels: Labels | readonly { value: string; text?: string | null | undefined }[]): Labels {
  const [first] = labels instanceof Map ? [] : (labels as readonly unknown[]);
  if (typeof first !== 'object') return labels as Labels;
  return (labels as readonly { value: string; text?: string | null }[]).map(({ value, text }) => [value, text ?? value] as const);
}

/** Keys that are null or missing mean the default. */
function defined<T extends object>(settings: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined)) as never;
}

/** Objects instead of maps, but for labels with their texts: their order says how ties are decided. */
function plain(value: unknown, key?: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (!(value instanceof Map) || key === 'labels' || (key === 'values' && value.size > 0)) return value;
  return Object.fromEntries([...value].map(([name, item]) => [String(name), plain(item, name)]));
}

/** Some versions wrote ids and a copy of the settings beside each question. */
function withoutIds(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const clean = (list: unknown): unknown =>
    Array.isArray(list) ? list.map((one: unknown) => (typeof one === 'object' && one !== null ? Object.fromEntries(Object.entries(one).filter(([key]) => key !== 'id' && key !== 'settings')) : one)) : list;
  return Object.fromEntries(Object.entries(value).map(([key, list]) => [key, clean(list)]));
}
