import { bundle, type Fragment, type MimeBundle } from '../bundle.js';
import { number } from '../numbers.js';
import { own } from '../own.js';
import { badge, inline, lines, type Tone, value } from '../parts.js';
import { table } from '../table.js';

/** A record of a data set (`FeedbackRecord` fits). */
export interface ShownRecord {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly responses: readonly {
    readonly annotator: string | null;
    readonly status: string;
    readonly values: Readonly<Record<string, unknown>>;
  }[];
  readonly suggestions: Readonly<
    Record<string, { readonly value: unknown; readonly score?: unknown; readonly agent?: string | null }>
  >;
}

export interface RecordsTableInput {
  readonly records: readonly ShownRecord[];
  readonly fields: readonly string[];
  readonly questions: readonly string[];
  /** Records there are altogether. */
  readonly total: number;
  /** Position of the first record shown. Default: 0. */
  readonly offset?: number;
  readonly dataset?: string;
}

/** Records with their fields and, for each question, who answered what, and what was suggested. */
export function recordsTableBundle(input: RecordsTableInput): MimeBundle {
  const offset = input.offset ?? 0;
  const shown = input.records.length;
  const range =
    shown > 0 && shown < input.total
      ? `records ${number(offset + 1)}–${number(offset + shown)} of ${number(input.total)}`
      : `${number(input.total)} records`;
  return bundle(
    table({
      columns: ['id', ...input.fields, ...input.questions],
      rows: input.records.map((record) => [
        record.id,
        ...input.fields.map((name) => own(record.fields, name)),
        ...input.questions.map((name) => answers(record, name)),
      ]),
      caption: [input.dataset, range].filter(Boolean).join(' · '),
      plain: true,
      maxRows: Math.max(1, shown),
    }),
  );
}

const TONES: Readonly<Record<string, Tone>> = { submitted: 'good', draft: 'warning', discarded: 'bad' };

function answers(record: ShownRecord, question: string): Fragment {
  const given = record.responses.flatMap((response) => {
    const answer = own(response.values, question);
    if (answer === undefined && response.status === 'submitted') return [];
    return [
      inline(
        value(response.annotator ?? '(anonymous)', 40),
        ': ',
        answerValue(answer),
        ...(response.status === 'submitted'
          ? []
          : [' ', badge(response.status, own(TONES, response.status) ?? 'neutral')]),
      ),
    ];
  });
  const suggestion = own(record.suggestions, question);
  if (suggestion !== undefined) {
    const { score, agent } = suggestion;
    given.push(
      inline(
        badge('suggested'),
        ' ',
        answerValue(suggestion.value),
        typeof score === 'number' ? ` (${number(score)})` : '',
        agent ? ` by ${agent}` : '',
      ),
    );
  }
  return given.length > 0 ? lines(given) : inline('–');
}

/** An answer of any question type: rankings as `a > b = c`, spans as their labels and places. */
export function answerValue(answer: unknown): Fragment {
  if (answer === undefined) return inline('–');
  if (Array.isArray(answer) && answer.length > 0 && answer.every((item) => typeof item === 'object' && item !== null)) {
    if (answer.every((item) => 'rank' in item)) {
      const ranked = [...(answer as { value: string; rank: number | null }[])].sort(
        (a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0,
      );
      return value(
        ranked
          .map((item, i) => (i === 0 ? '' : item.rank === ranked[i - 1]?.rank ? ' = ' : ' > ') + item.value)
          .join(''),
      );
    }
    if (answer.every((item) => 'start' in item)) {
      return value(
        (answer as { label: string; start: number; end: number }[])
          .map(({ label, start, end }) => `${label} [${start}:${end}]`)
          .join(', '),
      );
    }
  }
  return value(answer);
}
