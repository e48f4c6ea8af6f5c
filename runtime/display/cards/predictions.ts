import { bundle, type Fragment, type MimeBundle } from '../bundle.js';
import { html } from '../html.js';
import { counted, number } from '../numbers.js';
import { inline, lines, palette, title, value } from '../parts.js';
import { table } from '../table.js';
import { visibleLine } from '../visible.js';
import { predictionsTableBundle } from './predictionsTable.js';

interface Labelled {
  readonly text: string;
  readonly label: string | readonly string[];
  readonly scores: Readonly<Record<string, number>>;
}
interface Marked {
  readonly text: string;
  /** `start` and `end` count code points. */
  readonly spans: readonly { readonly label: string; readonly start: number; readonly end: number; readonly score?: number | null }[];
}
interface Answered {
  readonly question: string;
  readonly context: string;
  readonly answer: string;
  readonly start: number;
  readonly score: number;
}
interface Compared {
  readonly sentences: readonly [string, string];
  readonly similarity: number;
}

export interface PredictionsInput {
  readonly run: string;
  readonly predictions: readonly unknown[];
}

/** What a model says, by what it was asked: labels of texts, labelled parts, answers, how alike sentences are. */
export function predictionsBundle({ run, predictions }: PredictionsInput): MimeBundle {
  const [first] = predictions as readonly object[];
  if (first && 'spans' in first) return marked(run, predictions as readonly Marked[]);
  if (first && 'answer' in first) return answered(run, predictions as readonly Answered[]);
  if (first && 'similarity' in first) return compared(run, predictions as readonly Compared[]);
  return predictionsTableBundle({ run, predictions: (predictions as readonly Labelled[]).map(({ text, label, scores }) => ({ text, label, probabilities: scores })) });
}

function marked(run: string, predictions: readonly Marked[]): MimeBundle {
  const labels = [...new Set(predictions.flatMap(({ spans }) => spans.map(({ label }) => label)))].sort();
  return bundle(
    title('predictions', run),
    table({
      columns: ['text', 'spans'],
      rows: predictions.map(({ text, spans }) => [
        markedText(text, spans, labels),
        spans.length === 0 ? '(none)' : lines(spans.map(({ label, start, end, score }) => inline(value([...text].slice(start, end).join(''), 60), ` ${label} [${start}:${end}]`, typeof score === 'number' ? ` ${number(score)}` : ''))),
      ]),
      caption: counted(predictions.length, 'text'),
      plain: true,
      maxRows: 200,
    }),
  );
}

/** A text with its spans coloured by label; in plain text `[Ann](person)`. */
function markedText(text: string, spans: Marked['spans'], labels: readonly string[]): Fragment {
  const points = [...text];
  const parts: { html: ReturnType<typeof html>; text: string }[] = [];
  let at = 0;
  for (const { label, start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    const before = points.slice(at, start).join('');
    const inside = points.slice(start, end).join('');
    const color = palette[labels.indexOf(label) % palette.length]!;
    parts.push({ html: html`${before}`, text: visibleLine(before) });
    parts.push({
      html: html`<span style="border-bottom:2px solid ${html`${color}`}">${inside}</span><span style="font-size:10px;opacity:0.75;margin:0 2px">${label}</span>`,
      text: `[${visibleLine(inside)}](${visibleLine(label)})`,
    });
    at = end;
  }
  const rest = points.slice(at).join('');
  parts.push({ html: html`${rest}`, text: visibleLine(rest) });
  return { html: html`${parts.map((part) => part.html)}`, text: parts.map((part) => part.text).join('') };
}

function answered(run: string, predictions: readonly Answered[]): MimeBundle {
  return bundle(
    title('predictions', run),
    table({
      columns: ['question', 'answer', { name: 'score', align: 'right' }, 'where it stands'],
      rows: predictions.map(({ question, context, answer, start, score }) => [question, answer, score, around(context, start, [...answer].length)]),
      caption: counted(predictions.length, 'question'),
      plain: true,
      maxRows: 200,
    }),
  );
}

/** The answer with some of the context before and behind it. */
function around(context: string, start: number, length: number): string {
  const points = [...context];
  const [from, to] = [Math.max(0, start - 30), Math.min(points.length, start + length + 30)];
  return `${from > 0 ? '…' : ''}${points.slice(from, to).join('')}${to < points.length ? '…' : ''}`;
}

function compared(run: string, predictions: readonly Compared[]): MimeBundle {
  return bundle(
    title('predictions', run),
    table({
      columns: ['sentence', 'other sentence', { name: 'similarity', align: 'right' }],
      rows: predictions.map(({ sentences, similarity }) => [...sentences, similarity]),
      caption: counted(predictions.length, 'pair'),
      plain: true,
      maxRows: 200,
    }),
  );
}
