import { TextBuilder } from '../prepare/columns.js';
import type { RowOf } from '../task/kinds/rows.js';
import { layoutsOf, NoRow } from './layout.js';

/** Only the columns that are there: rows come with them in one of a few ways. */
const asItIs = (row: object): Readonly<Record<string, unknown>> => ({ ...row });

const preference = 'prompt (where it is not a part of both), chosen, rejected: texts or chats';

/** TRLX learns from whole texts: the prompt is a part of both. */
const trlxPairs = layoutsOf(['trlx'], 'direct_preference_optimization', 'prompt, chosen, rejected: both begin with the prompt', ({ prompt, chosen, rejected }: RowOf<'direct_preference_optimization'>) => {
  if (typeof prompt !== 'string' || typeof chosen !== 'string' || typeof rejected !== 'string') return new NoRow('it is a chat, and TRLX takes texts');
  return { prompt, chosen: `${prompt}\n${chosen}`, rejected: `${prompt}\n${rejected}` };
}, () => ({ prompt: new TextBuilder(), chosen: new TextBuilder(), rejected: new TextBuilder() }));

/** What language models are trained on. */
export const languageModels = [
  ...layoutsOf(['transformers'], 'pretraining', 'text', asItIs),
  ...layoutsOf(['trl', 'autotrain'], 'supervised_fine_tuning', 'text, or messages, or prompt and completion', asItIs),
  ...layoutsOf(['trl', 'autotrain'], 'reward_modeling', preference, asItIs),
  ...layoutsOf(['trl', 'autotrain'], 'direct_preference_optimization', preference, asItIs),
  ...layoutsOf(['trl'], 'proximal_policy_optimization', 'query', asItIs),
  ...layoutsOf(['trlx'], 'prompt_completion', 'prompt, completion', asItIs),
  ...trlxPairs,
  ...layoutsOf(['openai'], 'chat_completion', 'messages', asItIs),
];
