import { UserError } from '../error.js';
import { integers, lists, structs, TextBuilder } from '../prepare/columns.js';
import { layoutsOf, NoRow } from './layout.js';

/** One label as its place; several as their places, and as a 0 or 1 for each of the task's labels. */
const byPlace = layoutsOf(['transformers', 'peft', 'setfit'], 'text_classification', 'text, label (its place among the labels); for several labels their places, and binarized_label: 1 or 0 for each', ({ text, label }, { labels }) => {
  if (typeof label === 'string') return { text, label: placeOf(label, labels) };
  const places = label.map((one) => placeOf(one, labels));
  return { text, label: places, binarized_label: labels.map((_, place) => Number(places.includes(place))) };
}, ({ severalLabels }) => ({
  text: new TextBuilder(),
  ...(severalLabels ? { label: lists(integers()), binarized_label: lists(integers()) } : { label: integers() }),
}));

const spacy = layoutsOf(['spacy'], 'text_classification', 'text, cats: 1 or 0 for each label', ({ text, label }, { labels }) => {
  const given = typeof label === 'string' ? [label] : label;
  for (const one of given) placeOf(one, labels);
  return { text, cats: Object.fromEntries(labels.map((one) => [one, Number(given.includes(one))])) };
}, ({ labels }) => ({ text: new TextBuilder(), cats: structs(Object.fromEntries(labels.map((label) => [label, integers()]))) }));

const chat = () => ({ messages: lists(structs({ role: new TextBuilder(), content: new TextBuilder() })) });

const openai = layoutsOf(['openai'], 'text_classification', 'messages: the text of a user, answered by the label; several labels stand on lines of their own', ({ text, label }, { labels }) => {
  const given = typeof label === 'string' ? [label] : label;
  for (const one of given) placeOf(one, labels);
  const system = `Classify the text. Answer with ${typeof label === 'string' ? 'one' : 'those'} of these labels${typeof label === 'string' ? '' : ' that fit, each on a line'}: ${labels.join(', ')}.`;
  return { messages: [{ role: 'system', content: system }, { role: 'user', content: text }, { role: 'assistant', content: given.join('\n') }] };
}, chat);

const autotrain = layoutsOf(['autotrain'], 'text_classification', 'text, target: the label', ({ text, label }) => {
  return typeof label === 'string' ? { text, target: label } : new NoRow('it has a list of labels, and AutoTrain takes one');
}, () => ({ text: new TextBuilder(), target: new TextBuilder() }));
const linear = layoutsOf(['linear'], 'text_classification', 'text, label', ({ text, label }) => ({ text, label }));

export const textClassification = [...byPlace, ...spacy, ...openai, ...autotrain, ...linear];

function placeOf(label: string, labels: readonly string[]): number {
  const place = labels.indexOf(label);
  if (place < 0) throw new UserError('layout/label', `"${label}" is none of the task's labels.`, `They are: ${labels.join(', ')}.`);
  return place;
}
