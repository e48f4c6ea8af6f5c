import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../error.js';
import { contentHash } from '../../files/contentHash.js';
import { MemoryBatch } from '../batch.js';
import { checkRecord, completeRecord } from '../newRecord.js';
import type { AnswerValue, FeedbackRecord, RecordBatch, RecordSource } from '../record.js';
import { parseSettings, type DatasetSettings } from '../settings.js';
import { batchSize } from './memory.js';
import { readJsonLines, type TableRow } from './tableRows.js';

const value = z.union([z.string(), z.number(), z.array(z.string()), z.array(z.record(z.string(), z.unknown()))]);
const values = z.record(z.string(), z.strictObject({ value }));

/** A record as Argilla 1.x has it in JSON. */
const Line = z.strictObject({
  external_id: z.string().nullish(),
  fields: z.record(z.string(), z.union([z.string(), z.number().transform(String)]).nullable()),
  responses: z
    .array(z.strictObject({ user_id: z.string().nullish(), status: z.enum(['submitted', 'draft', 'discarded']).nullish(), values: z.union([values, z.array(values)]).nullish() }))
    .nullish(),
  suggestions: z
    .array(
      z.strictObject({
        question_name: z.string(),
        value,
        score: z.union([z.number(), z.array(z.number())]).nullish(),
        type: z.enum(['model', 'human']).nullish(),
        agent: z.string().nullish(),
      }),
    )
    .nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  vectors: z.record(z.string(), z.array(z.number()).nullable()).nullish(),
});

/**
 * Feedback records as JSON lines, one record a line, read line by line; what they are about stands in an `argilla.yaml`.
 * @throws {UserError} `data/no-file`, `data/settings`; while reading `data/json`, `data/record`, `data/answer` … with the line.
 */
export async function openRecordLines(path: string, settingsPath: string, shown: string): Promise<{ settings: DatasetSettings; source: RecordSource }> {
  const yaml = await readFile(settingsPath, 'utf8').catch((error: unknown) => {
    throw new UserError('data/no-file', `The settings "${settingsPath}" cannot be read.`, 'They should be an argilla.yaml of fields and questions.', { cause: error });
  });
  const settings = parseSettings(yaml, settingsPath);
  return { settings, source: new RecordLines(path, shown, yaml, settings) };
}

class RecordLines implements RecordSource {
  readonly description: string;

  constructor(
    private readonly path: string,
    private readonly shown: string,
    private readonly yaml: string,
    private readonly settings: DatasetSettings,
  ) {
    this.description = `file "${shown}"`;
  }

  async *batches(): AsyncIterable<RecordBatch> {
    let records: FeedbackRecord[] = [];
    let offset = 0;
    for await (const line of readJsonLines(this.path, this.shown)) {
      records.push(this.#record(line, offset + records.length));
      if (records.length < batchSize) continue;
      yield new MemoryBatch(records, offset);
      offset += records.length;
      records = [];
    }
    if (records.length > 0) yield new MemoryBatch(records, offset);
  }

  async fingerprint(): Promise<string> {
    return createHash('sha256').update(`${this.yaml}\0${await contentHash(this.path)}`).digest('hex');
  }

  #record({ place, cells }: TableRow, position: number): FeedbackRecord {
    const where = `"${this.shown}", ${place}`;
    const line = Line.safeParse(cells);
    if (!line.success) {
      const [issue] = line.error.issues;
      throw new UserError('data/record', `${where} is no feedback record: ${issue!.path.join('.') || 'the whole'}: ${issue!.message}.`, 'A record has fields, and may have responses, suggestions, metadata, vectors, external_id.');
    }
    const { external_id: id, fields, responses, suggestions, metadata, vectors } = line.data;
    const record = completeRecord(
      {
        ...(id && { id }),
        fields,
        responses: (responses ?? []).map(({ user_id, status, values: answers }) => ({ annotator: user_id ?? null, status: status ?? 'submitted', values: answersOf(answers) })),
        // Of several for one question the first counts.
        suggestions: Object.fromEntries((suggestions ?? []).toReversed().map(({ question_name, value: proposed, score, type, agent }) => [question_name, { value: proposed as AnswerValue, score: score ?? null, type: type ?? null, agent: agent ?? null }])),
        metadata: metadata ?? {},
        vectors: vectors ?? {},
      },
      position,
    );
    checkRecord(record, this.settings, `${where}, record "${record.id}"`);
    return record;
  }
}

/** One map of answers, or several that make one. */
function answersOf(answers: z.infer<typeof values> | z.infer<typeof values>[] | null | undefined): Record<string, AnswerValue> {
  const maps = Array.isArray(answers) ? answers : [answers ?? {}];
  return Object.fromEntries(maps.flatMap((map) => Object.entries(map).map(([question, answer]) => [question, answer.value as AnswerValue])));
}
