import { codePointOffset } from '../task/value.js';
import { integers, lists, structs, TextBuilder } from '../prepare/columns.js';
import { layoutsOf, NoRow } from './layout.js';

/** Words, numbers and single signs, with their places in UTF-16 units. */
const token = /[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu;

const words = layoutsOf(['transformers', 'span_marker'], 'token_classification', 'tokens, ner_tags: O, or B- and I- with the label', ({ text, spans }) => {
  const marked = spans
    .map(({ label, start, end }) => ({ label, start: codePointOffset(text, start), end: codePointOffset(text, end), used: false }))
    .sort((a, b) => a.start - b.start);
  if (marked.some(({ start }, i) => i > 0 && start < marked[i - 1]!.end)) return new NoRow('two of its spans overlap, which tags cannot say');
  const tokens: string[] = [];
  const tags: string[] = [];
  for (const { 0: word, index } of text.matchAll(token)) {
    const span = marked.find(({ start, end }) => index < end && index + word.length > start);
    tokens.push(word);
    tags.push(span ? `${span.used ? 'I' : 'B'}-${span.label}` : 'O');
    if (span) span.used = true;
  }
  if (marked.some(({ used }) => !used)) return new NoRow('one of its spans has no word in it');
  return { tokens, ner_tags: tags };
}, () => ({ tokens: lists(new TextBuilder()), ner_tags: lists(new TextBuilder()) }));

const spacy = layoutsOf(['spacy'], 'token_classification', 'text, entities: start and end in code points, and label', ({ text, spans }) => {
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  if (sorted.some(({ start }, i) => i > 0 && start < sorted[i - 1]!.end)) return new NoRow('two of its spans overlap, which entities cannot do');
  return { text, entities: sorted.map(({ start, end, label }) => [start, end, label]) };
}, () => ({ text: new TextBuilder(), entities: lists(structs({ 0: integers(), 1: integers(), 2: new TextBuilder() })) }));

export const tokenClassification = [...words, ...spacy];
