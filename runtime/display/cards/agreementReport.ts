import { bundle, type MimeBundle } from '../bundle.js';
import { count, percent, score } from '../numbers.js';
import { inline, lines, note, section, title, value } from '../parts.js';
import { table } from '../table.js';
import { answerValue } from './recordsTable.js';

export interface AgreementReportInput {
  readonly dataset: string;
  readonly questions: readonly {
    readonly name: string;
    readonly type: string;
    /** Krippendorff's alpha; `null` where it is not defined. */
    readonly alpha: number | null;
    /** How answers are compared: `nominal`, `ordinal`, `interval`. */
    readonly level: string;
    /** Alpha's interval of 95 %. */
    readonly interval?: { readonly low: number; readonly high: number } | null;
    /** Fleiss' kappa. */
    readonly fleiss?: number | null;
    /** Share of pairs of answers to one record that are equal. */
    readonly percent: number | null;
    /** How often an answer is what the others' make together. */
    readonly ceiling?: number | null;
    /** Records with at least two answers. */
    readonly records: number;
    readonly annotators: number;
    /** Why there is no alpha. */
    readonly reason?: string;
  }[];
  /** Each annotator against the rest, by question. */
  readonly annotators?: readonly { readonly annotator: string; readonly question: string; readonly answers: number; readonly percent: number | null; readonly ceiling: number | null }[];
  /** Each label by itself, by question. */
  readonly labels?: readonly { readonly question: string; readonly label: string | number; readonly answers: number; readonly alpha: number | null; readonly specific: number | null }[];
  /** Most contested first. */
  readonly contested?: readonly {
    readonly record: string;
    readonly question: string;
    readonly text?: string | null;
    readonly answers: readonly { readonly annotator: string | null; readonly value: unknown }[];
  }[];
}

/** How far annotators agree, by question, and the records on which they agree least. */
export function agreementReportBundle(input: AgreementReportInput): MimeBundle {
  const contested = input.contested ?? [];
  return bundle(
    title('agreement', input.dataset),
    table({
      columns: [
        'question',
        'type',
        { name: 'alpha', align: 'right' },
        '95 % interval',
        'level',
        { name: "Fleiss' kappa", align: 'right' },
        { name: 'equal pairs', align: 'right' },
        { name: 'human ceiling', align: 'right' },
        'records',
        'annotators',
        'reading',
      ],
      rows: input.questions.map((question) => [
        question.name,
        question.type,
        score(question.alpha),
        question.interval ? `${score(question.interval.low)} to ${score(question.interval.high)}` : '–',
        question.level,
        score(question.fleiss ?? null),
        percent(question.percent),
        percent(question.ceiling ?? null),
        question.records,
        question.annotators,
        question.reason ?? reading(question.alpha),
      ]),
      plain: true,
      maxRows: 100,
    }),
    note(
      "alpha: Krippendorff's. records: those with at least two submitted answers. Readings follow Krippendorff: from 0.800 reliable, from 0.667 for tentative conclusions.",
    ),
    note("human ceiling: how often an answer is the majority of the others'; no classifier can be shown to be better."),
    Boolean(input.annotators?.length) &&
      section(
        'Each annotator against the rest',
        table({
          columns: ['annotator', 'question', { name: 'answers', align: 'right' }, { name: 'equal pairs', align: 'right' }, { name: "the others' majority", align: 'right' }],
          rows: input.annotators!.map((one) => [one.annotator, one.question, one.answers, percent(one.percent), percent(one.ceiling)]),
          plain: true,
          maxRows: 100,
        }),
      ),
    Boolean(input.labels?.length) &&
      section(
        'Each label by itself',
        table({
          columns: ['question', 'label', { name: 'answers', align: 'right' }, { name: 'alpha', align: 'right' }, { name: 'both, where one has it', align: 'right' }],
          rows: input.labels!.map((one) => [one.question, String(one.label), one.answers, score(one.alpha), percent(one.specific)]),
          plain: true,
          maxRows: 100,
        }),
      ),
    contested.length > 0 &&
      section(
        'Most contested records',
        table({
          columns: ['record', 'question', 'text', 'answers'],
          rows: contested.map((record) => [
            record.record,
            record.question,
            record.text ?? '–',
            lines(
              record.answers.map((answer) =>
                inline(value(answer.annotator ?? '(anonymous)', 40), ': ', answerValue(answer.value)),
              ),
            ),
          ]),
          caption: `${count(contested.length)} shown`,
          plain: true,
          maxRows: 50,
        }),
      ),
  );
}

/** Krippendorff, Content Analysis: the customary thresholds. */
function reading(alpha: number | null): string {
  if (alpha === null || Number.isNaN(alpha)) return 'not defined';
  if (alpha >= 0.8) return 'reliable';
  if (alpha >= 0.667) return 'tentative';
  return alpha > 0 ? 'low' : 'no better than chance';
}
