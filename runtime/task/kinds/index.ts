/** The kinds of task, in one table: a new one is one entry and one row type. */
import { UserError } from '../../error.js';
import { nearest } from '../../nearest.js';
import { label, messages, score, spans, text, textOrMessages, type Kind } from './kind.js';

const byMajority = { label: 'majority', multi_label: 'majority', rating: 'majority' };

export const kinds: readonly Kind[] = [
  {
    name: 'text_classification',
    aliases: [],
    doc: 'Gives a text one label, or several.',
    columns: [
      text('text', 'What is classified.'),
      label('label', 'Its label, or a list of labels for multi-label tasks; a rating counts as its value as text.', {
        defaultStrategy: byMajority,
      }),
    ],
    layouts: [],
    rowType: '{ readonly text: string; readonly label: string | readonly string[] }',
  },
  {
    name: 'supervised_fine_tuning',
    aliases: ['sft'],
    doc: 'Teaches a language model to write like the examples.',
    columns: [
      text('text', 'The whole example as one text.', { required: false }),
      messages('messages', 'The whole example as a chat.', { required: false }),
      textOrMessages('prompt', 'What the model is given.', { required: false }),
      textOrMessages('completion', 'What it should answer.', { required: false }),
    ],
    layouts: [['text'], ['messages'], ['prompt', 'completion']],
    rowType: '{ readonly text: string } | { readonly messages: readonly Message[] } | { readonly prompt: Text; readonly completion: Text }',
  },
  {
    name: 'reward_modeling',
    aliases: ['rm'],
    doc: 'Teaches a model to score the better of two texts higher.',
    columns: [
      textOrMessages('chosen', 'The better text or chat.'),
      textOrMessages('rejected', 'The worse text or chat.'),
      textOrMessages('prompt', 'What both answer, where it is not a part of them.', { required: false }),
    ],
    layouts: [],
    rowType: '{ readonly prompt?: Text; readonly chosen: Text; readonly rejected: Text }',
  },
  {
    name: 'proximal_policy_optimization',
    aliases: ['ppo'],
    doc: 'Improves a language model by the scores of a reward model.',
    columns: [text('query', 'What the model answers and is scored for.')],
    layouts: [],
    rowType: '{ readonly query: string }',
  },
  {
    name: 'direct_preference_optimization',
    aliases: ['dpo'],
    doc: 'Teaches a language model to prefer the better of two answers.',
    columns: [
      textOrMessages('prompt', 'What both answer.'),
      textOrMessages('chosen', 'The better answer.'),
      textOrMessages('rejected', 'The worse answer.'),
    ],
    layouts: [],
    rowType: '{ readonly prompt: Text; readonly chosen: Text; readonly rejected: Text }',
  },
  {
    name: 'pretraining',
    aliases: [],
    doc: 'Teaches a language model on plain texts.',
    columns: [text('text', 'A text.')],
    layouts: [],
    rowType: '{ readonly text: string }',
  },
  {
    name: 'prompt_completion',
    aliases: [],
    doc: 'Samples of a prompt and its completion (TRLX).',
    columns: [text('prompt', 'What the model is given.'), text('completion', 'What it should write.')],
    layouts: [],
    rowType: '{ readonly prompt: string; readonly completion: string }',
  },
  {
    name: 'question_answering',
    aliases: [],
    doc: 'Finds the answer to a question in a context.',
    columns: [
      text('question', 'What is asked.'),
      text('context', 'Where the answer stands.'),
      text('answer', 'The answer, as it stands in the context.', { defaultStrategy: { text: 'disagreement' } }),
    ],
    layouts: [],
    rowType: '{ readonly question: string; readonly context: string; readonly answer: string }',
  },
  {
    name: 'sentence_similarity',
    aliases: [],
    doc: 'Teaches a model which sentences are alike.',
    columns: [
      text('sentence-1', 'A sentence.'),
      text('sentence-2', 'Another; of three the one that is like the first.'),
      text('sentence-3', 'One that is unlike the first.', { required: false }),
      score('label', 'How alike they are: a number or a class.', { required: false, defaultStrategy: byMajority }),
    ],
    layouts: [],
    rowType:
      "{ readonly 'sentence-1': string; readonly 'sentence-2': string; readonly 'sentence-3'?: string; readonly label?: number | string }",
  },
  {
    name: 'chat_completion',
    aliases: [],
    doc: 'Teaches a chat model by whole chats.',
    columns: [messages('messages', 'The chat, one message a turn.')],
    layouts: [],
    rowType: '{ readonly messages: readonly Message[] }',
  },
  {
    name: 'token_classification',
    aliases: [],
    doc: 'Finds labelled parts of a text.',
    columns: [text('text', 'A text.'), spans('spans', 'Its labelled parts; start and end count code points.')],
    layouts: [],
    rowType: '{ readonly text: string; readonly spans: readonly Span[] }',
  },
];

/** The kind of that name or alias; throws `name/unknown-kind`. */
export function kindNamed(name: string): Kind {
  const kind = kinds.find((candidate) => candidate.name === name || candidate.aliases.includes(name));
  if (kind) return kind;
  const names = kinds.flatMap((known) => [known.name, ...known.aliases]);
  throw new UserError(
    'name/unknown-kind',
    `There is no kind of task "${name}".`,
    nearest(name, names) ?? `There are: ${names.join(', ')}.`,
  );
}
