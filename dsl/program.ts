import type { Declaration, DeclarationKind, Expression } from './ast.js';
import type { Diagnostic, Problem } from './diagnostics.js';
import type { ExpressionPlan } from './plan.js';
import type { DatasetSchema, QuestionSchema, Schema, ValueType } from './schema.js';
import type { Source, Span } from './source.js';

export type Report = (problem: Problem, span: Span, source?: Source) => void;

/** The question that a value answers: labels compared with it must be among its options. */
export interface Asked {
  readonly name: string;
  readonly schema?: QuestionSchema;
  /** All its answers, as a list: a bare question in an argument outside a loop. */
  readonly several?: boolean;
}

/** What an expression means. Without a plan it is wrong (and reported), or it waits for its data set. */
export interface Meaning {
  readonly plan?: ExpressionPlan;
  readonly type: ValueType;
  readonly asked?: Asked;
}
export type Meanings = Map<Expression, Meaning>;

/** The data set that a task's names are looked up in; without a schema it is checked once it is loaded. */
export interface Records {
  readonly name?: string;
  readonly schema?: DatasetSchema;
}

/** The declarations of a program by name, the last one of a name counting, and what they are checked against. */
export class Program {
  readonly diagnostics: Diagnostic[] = [];
  private readonly byName = new Map<string, Declaration>();
  private readonly seen = new Set<string>();

  /** `incomplete`: an include could not be read, so that nothing is said of what is declared nowhere. */
  constructor(readonly declarations: readonly Declaration[], readonly schema: Schema, private readonly incomplete = false) {
    for (const declaration of declarations) this.byName.set(declaration.name, declaration);
  }

  /** The declarations that count, in order. */
  get current(): readonly Declaration[] {
    return this.declarations.filter((declaration) => this.byName.get(declaration.name) === declaration);
  }

  find(name: string): Declaration | undefined {
    return this.byName.get(name);
  }

  names(kind: DeclarationKind): string[] {
    return [...this.byName.values()].filter((declaration) => declaration.kind === kind).map(({ name }) => name);
  }

  /** Each mistake is reported once, although an inherited entry is checked in every child. */
  report(problem: Problem, span: Span, source: Source): void {
    if (this.incomplete && undeclared.has(problem.code)) return;
    const key = JSON.stringify([this.declarations.findIndex((declaration) => declaration.source === source), problem.code, span.start, span.end]);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.diagnostics.push({ ...problem, source, span });
  }
}

/** What an include that could not be read may have declared. */
const undeclared: ReadonlySet<string> = new Set(
  ['name/unknown', 'name/unknown-dataset', 'name/unknown-function', 'name/unknown-question', 'name/unknown-task', 'name/unknown-training', 'name/unknown-value']);
