import { bundle, stack, type MimeBundle } from '../bundle.js';
import { callout, facts, title } from '../parts.js';

export interface DeclarationsCardInput {
  readonly declarations: readonly {
    /** `dataset`, `task`, `template`, `param`, `training`. */
    readonly declaration: string;
    readonly name: string;
    /** In a few words: `text_classification on emotion`. */
    readonly summary?: string;
    /** What it says, fact by fact. */
    readonly details?: readonly (readonly [name: string, value: unknown])[];
    /** What was checked, or what waits: `checked against emotion`, `waits for the dataset`. */
    readonly checks?: string;
    readonly warnings?: readonly string[];
    /** It took the place of an earlier one of this name. */
    readonly replaced?: boolean;
  }[];
}

/** What a `%%task` cell declared, with its checks. */
export function declarationsCardBundle(input: DeclarationsCardInput): MimeBundle {
  if (input.declarations.length === 0) return bundle(callout('Nothing is declared here.', 'neutral'));
  return bundle(
    ...input.declarations.map((declaration) =>
      stack(
        title(
          declaration.declaration,
          declaration.name,
          [declaration.summary, declaration.replaced ? 'replaces the earlier one' : undefined]
            .filter(Boolean)
            .join('; ') || undefined,
        ),
        Boolean(declaration.details?.length) && facts(declaration.details ?? []),
        ...(declaration.warnings ?? []).map((warning) => callout(warning, 'warning')),
        declaration.checks !== undefined &&
          callout(declaration.checks, declaration.warnings?.length ? 'neutral' : 'good'),
      ),
    ),
  );
}
