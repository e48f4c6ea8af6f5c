import { compile, complete, format, hover, isComplete, parse, printDiagnostic, type Plan } from '../../../dsl/index.js';
import { schema } from '../../fixtures/dsl/schema.js';
import { generator } from './inputs.js';

const read = (text: string) => {
  const { declarations, diagnostics } = parse({ name: 'fuzz', text, lineOffset: 0 });
  const compiled = compile(declarations, { schema });
  return { diagnostics: [...diagnostics, ...compiled.diagnostics], plan: compiled.plan };
};

/** The plan without the author's spelling of conditions, which layout may change. */
const meaning = (plan: Plan): string => JSON.stringify(plan, (key, value: unknown) => (key === 'text' && typeof value === 'string' ? undefined : value));

/** What is wrong with how the language treats a text: nothing, if all is well. */
export function problemWith(text: string, seed: number): string | undefined {
  const { diagnostics, plan } = read(text);
  for (const diagnostic of diagnostics) {
    const { start, end } = diagnostic.span;
    if (!(start >= 0 && start <= end && end <= text.length)) return `${diagnostic.code} at ${start}-${end} of ${text.length}`;
    if (printDiagnostic(diagnostic).includes('undefined') && !text.includes('undefined')) return `says "undefined": ${diagnostic.message}`;
  }
  const once = format(text);
  if (once !== text) {
    if (format(once) !== once) return `is laid out differently the second time: ${JSON.stringify(once)}`;
    const again = read(once);
    if (meaning(again.plan) !== meaning(plan)) return `means something else once it is laid out: ${JSON.stringify(once)}`;
  }
  if (seed % 10 === 0) {
    const at = generator(seed)(text.length + 1);
    const context = { schema, declarations: [] };
    if (complete(text, at, context).end !== at) return `completes elsewhere than at ${at}`;
    hover(text, at, context);
    isComplete(text);
  }
  return undefined;
}
