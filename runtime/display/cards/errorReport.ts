import { bundle, type MimeBundle } from '../bundle.js';
import { callout, code, folded } from '../parts.js';

export interface ErrorReportInput {
  /** `area/kebab-case`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Where in the cell: lines of a code frame. */
  readonly frame?: string;
  /** What a worker printed, from its first line; shown folded. */
  readonly details?: string;
  /** What `details` is. Default: `Details`. */
  readonly detailsTitle?: string;
}

/** An error with its place and its hint; a worker's long trace is folded away. */
export function errorReportBundle(input: ErrorReportInput): MimeBundle {
  return bundle(
    callout(`error ${input.code}\n${input.message}`, 'bad'),
    input.frame !== undefined && code(input.frame),
    input.hint !== undefined && callout(`hint: ${input.hint}`, 'neutral'),
    input.details !== undefined && folded(input.detailsTitle ?? 'Details', code(input.details, 20_000)),
  );
}
