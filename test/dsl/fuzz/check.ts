import { isDeepStrictEqual } from 'node:util';
import { compile, complete, format, hover, isComplete, parse, printDiagnostic, type Diagnostic, type Plan, type Span } from '../../../dist/dsl/index.js';
import { schema } from '../../fixtures/dsl/schema.js';
import type { Input } from './inputs.js';
import { generator } from './random.js';

/**
 * Tries all that must hold of any text: nothing is thrown, every place lies inside it, every mistake can be shown, its
 * usual layout says the same and is its own; of every tenth text also what an editor asks.
 *
 * @throws {Error} what does not hold
 */
export function check({ text, seed }: Input): void {
  const inside = ({ start, end }: Span, what: string) => {
    if (!(start >= 0 && start <= end && end <= text.length)) throw new Error(`${what} stands at ${start} to ${end} of ${text.length}`);
  };
  const { declarations, includes, diagnostics, plan } = read(text);
  for (const diagnostic of diagnostics) {
    inside(diagnostic.span, diagnostic.code);
    shown(diagnostic);
  }
  for (const { span } of includes) inside(span, 'an include');
  for (const { syntax } of declarations) spans(syntax, inside);
  const once = format(text);
  if (once !== text) {
    if (format(once) !== once) throw new Error(`format gives ${JSON.stringify(once)}, and of that ${JSON.stringify(format(once))}`);
    const formatted = read(once);
    const same = (what: string, a: unknown, b: unknown) => {
      if (!isDeepStrictEqual(a, b)) throw new Error(`format changes ${what}: ${JSON.stringify(once)}`);
    };
    same('the tree', formatted.declarations.map(({ syntax }) => bare(syntax)), declarations.map(({ syntax }) => bare(syntax)));
    same('an include', formatted.includes.map(({ path }) => path), includes.map(({ path }) => path));
    same('the plan', meaning(formatted.plan), meaning(plan));
    same('what is wrong', formatted.diagnostics.map(({ code }) => code), diagnostics.map(({ code }) => code));
  }
  if (seed % 10 === 0) edit(text, generator(~seed).below(text.length + 1));
}

function read(text: string) {
  const parsed = parse({ name: 'fuzz', text, lineOffset: 0 });
  const { plan, diagnostics } = compile(parsed.declarations, { schema });
  return { ...parsed, plan, diagnostics: [...parsed.diagnostics, ...diagnostics] };
}

/** A printed diagnostic shows its line, with carets below its place. */
function shown(diagnostic: Diagnostic): void {
  const { span, code, message, source: { text } } = diagnostic;
  const printed = printDiagnostic(diagnostic);
  const [head, line, carets] = printed.split('\n') as [string, string, string];
  const at = carets.indexOf('^');
  const marked = [...line].slice(at, at + carets.length - at).join('').replace(/…$/, '');
  const isLineEnd = span.start === text.length || text[span.start] === '\n' || text[span.start] === '\r';
  if (!text.startsWith(marked, span.start) || (marked === '' && !isLineEnd)) throw new Error(`${code} at ${span.start} marks another place:\n${printed}`);
  if (head.split(':')[1] !== line.split(' ')[0]) throw new Error(`${code} names another line:\n${printed}`);
  if (message.includes('undefined') && !text.includes('undefined')) throw new Error(`${code} reads: ${message}`);
}

/** A tree without places, sources and the words of the program around it. */
const bare = (node: object): unknown =>
  JSON.parse(JSON.stringify(node, (key, part: unknown) => (key === 'source' || key === 'span' || key === 'head' || key === 'operatorSpan' ? undefined : part)));

/** A plan in which the text of a condition, which is shown to people as they wrote it, has no layout. */
const meaning = (plan: Plan): unknown => JSON.parse(JSON.stringify(plan), (_, value: { entry?: string; text?: string }) =>
  (value?.entry === 'where' ? { ...value, text: value.text!.replace(/\s/g, '') } : value));

/** Visits the span of every node of a tree. */
function spans(node: object, visit: (span: Span, what: string) => void): void {
  for (const [key, part] of Object.entries(node) as [string, unknown][]) {
    if (key === 'source' || typeof part !== 'object' || part === null) continue;
    if (key === 'span' || key === 'head' || key === 'operatorSpan') visit(part as Span, 'kind' in node ? String(node.kind) : 'a node');
    else spans(part, visit);
  }
}

/** What an editor asks at a place. */
function edit(text: string, at: number): void {
  const context = { schema, declarations: [] };
  const { start, end } = complete(text, at, context);
  if (end !== at || start < 0 || start > at) throw new Error(`complete at ${at} replaces ${start} to ${end}`);
  hover(text, at, context);
  isComplete(text);
}
