import { bundle, type MimeBundle } from '../bundle.js';
import { count } from '../numbers.js';
import { facts, folded, note, section, title } from '../parts.js';
import { table } from '../table.js';

export interface DatasetCardInput {
  readonly name: string;
  /** Where the records come from: `folder "data/emotion"`. */
  readonly source: string;
  readonly records: number;
  readonly responses: { readonly submitted: number; readonly draft: number; readonly discarded: number };
  readonly fields: readonly {
    readonly name: string;
    readonly title?: string | null;
    readonly required?: boolean;
    readonly type?: string;
  }[];
  readonly questions: readonly {
    readonly name: string;
    readonly type: string;
    readonly title?: string | null;
    readonly required?: boolean;
    /** Labels, ratings, options to rank. */
    readonly options?: readonly (string | number)[];
    /** Submitted answers to it. */
    readonly answers?: number;
  }[];
  /** `name: null`: answers of nobody in particular. */
  readonly annotators: readonly {
    readonly name: string | null;
    readonly submitted: number;
    readonly draft: number;
    readonly discarded: number;
  }[];
  readonly suggestions?: number;
  readonly metadata?: readonly string[];
  readonly guidelines?: string | null;
}

/** A data set at a glance: counts, fields, questions, annotators, guidelines. */
export function datasetCardBundle(input: DatasetCardInput): MimeBundle {
  const { submitted, draft, discarded } = input.responses;
  const named = input.annotators.filter(({ name }) => name !== null);
  return bundle(
    title('dataset', input.name, input.source),
    facts([
      ['records', count(input.records)],
      [
        'responses',
        `${count(submitted + draft + discarded)} (${count(submitted)} submitted, ${count(draft)} draft, ${count(discarded)} discarded)`,
      ],
      [
        'annotators',
        named.length < input.annotators.length ? `${count(named.length)} named, others anonymous` : count(named.length),
      ],
      ['suggestions', input.suggestions === undefined ? undefined : count(input.suggestions)],
      ['metadata', input.metadata?.length ? input.metadata.join(', ') : undefined],
    ]),
    section(
      'Fields',
      table({
        columns: ['field', 'title', 'required'],
        rows: input.fields.map((field) => [field.name, field.title ?? '–', field.required === false ? 'no' : 'yes']),
        plain: true,
        maxRows: 50,
      }),
    ),
    section(
      'Questions',
      table({
        columns: ['question', 'type', 'options', { name: 'answers', align: 'right' }, 'title', 'required'],
        rows: input.questions.map((question) => [
          question.name,
          question.type,
          question.options?.length ? question.options.join(', ') : '–',
          question.answers ?? '–',
          question.title ?? '–',
          question.required === false ? 'no' : 'yes',
        ]),
        plain: true,
        maxRows: 50,
      }),
    ),
    input.annotators.length > 0 &&
      section(
        'Annotators',
        table({
          columns: ['annotator', 'submitted', 'draft', 'discarded'],
          rows: input.annotators.map((annotator) => [
            annotator.name ?? '(anonymous)',
            annotator.submitted,
            annotator.draft,
            annotator.discarded,
          ]),
          plain: true,
        }),
      ),
    Boolean(input.guidelines?.trim()) && folded('Guidelines', note(input.guidelines ?? '')),
  );
}
