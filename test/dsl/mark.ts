import { compile, parse, type CompileOptions, type Diagnostic, type Plan } from '../../dsl/index.js';
import { schema } from '../fixtures/dsl/schema.js';

/** Checks a program in which `«…»` marks where its diagnostics must point. */
export function check(marked: string, options: Partial<CompileOptions> = {}): {
  plan: Plan; diagnostics: readonly Diagnostic[]; codes: string[]; spans: { start: number; end: number }[]; expected: { start: number; end: number }[]; waiting: readonly string[];
} {
  const expected: { start: number; end: number }[] = [];
  let text = '';
  for (const part of marked.split(/(?=[«»])/)) {
    if (part.startsWith('«')) expected.push({ start: text.length, end: text.length });
    if (part.startsWith('»')) expected[expected.length - 1] = { ...expected[expected.length - 1]!, end: text.length };
    text += part.replace(/^[«»]/, '');
  }
  const parsed = parse({ name: 'cell[3]', text, lineOffset: 1 });
  const { plan, diagnostics, waiting } = compile(parsed.declarations, { schema, ...options });
  const all = [...parsed.diagnostics, ...diagnostics];
  return { plan, diagnostics: all, codes: all.map(({ code }) => code), spans: all.map(({ span }) => span), expected, waiting: waiting.map(({ task }) => task) };
}
