import { integers, lists, structs, TextBuilder } from '../prepare/columns.js';
import { layoutsOf, NoRow } from './layout.js';

/** As SQuAD has it: where an answer first stands in the context, in code points. */
export const questionAnswering = layoutsOf(['transformers'], 'question_answering', 'id, question, context, answers: their texts, and where each starts, in code points', ({ question, context, answer }, { id }) => {
  const at = context.indexOf(answer);
  if (at < 0) return new NoRow('the answer does not stand in the context');
  return { id: String(id), question, context, answers: { text: [answer], answer_start: [[...context.slice(0, at)].length] } };
}, () => ({
  id: new TextBuilder(),
  question: new TextBuilder(),
  context: new TextBuilder(),
  answers: structs({ text: lists(new TextBuilder()), answer_start: lists(integers()) }),
}));
