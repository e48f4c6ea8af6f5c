/** Makes the folder `replies`: customers' messages, two replies to each, and which one three annotators prefer. The same script gives the same bytes. Needs the build of tasklab. */
import { fileURLToPath } from 'node:url';
import { FeedbackDataset, RankingQuestion, TextField, writeFolder } from '../../dist/runtime/index.js';
import { chance } from './annotate.mjs';

const guidelines = `A small web shop for plants answers its customers. Read the message and the two replies, and rank them.

A good reply is friendly, speaks of what the customer bought, and says what happens next. Replies that blame the customer, or say nothing, are bad.`;

const things = ['rose', 'fern', 'cactus', 'palm', 'orchid', 'clay pot', 'watering can', 'garden fork', 'seed box', 'lavender'];
const troubles = ['arrived broken', 'arrived late', 'is the wrong size', 'is missing', 'looks ill', 'has no label'];
const openings = ['Hello, my', 'Hi, the', 'Good morning, my', 'Please help, the'];

/** Replies by how they sound; each speaks of the thing and its trouble, or does not. */
const friendly = [
  (thing, trouble) => `We are sorry that your ${thing} ${trouble}. We send you a new one today. Thank you for telling us.`,
  (thing, trouble) => `Thank you for your message. We are sorry that your ${thing} ${trouble}. You get your money back this week.`,
  (thing) => `Thank you for telling us about your ${thing}. We are glad to help, and send you a new one today.`,
];
const curt = [
  () => 'Read the rules on our page.',
  (thing) => `That happens with a ${thing}. We can do nothing about it.`,
  () => 'You should have looked before you bought it. Do not write again.',
  (thing, trouble) => `So your ${thing} ${trouble}. That is not our problem.`,
];

/** Each has a share of hasty answers, and one likes short replies more than the others do. */
const annotators = [
  { id: '00000000-0000-4000-8000-00000000000a', hasty: 0.03, short: 0 },
  { id: '00000000-0000-4000-8000-00000000000b', hasty: 0.08, short: 0.05 },
  { id: '00000000-0000-4000-8000-00000000000c', hasty: 0.05, short: 0.1 },
];

const pick = (items, ...keys) => items[Math.floor(chance(...keys) * items.length)];

function replyTo(id, which, isFriendly, thing, trouble) {
  return pick(isFriendly ? friendly : curt, id, which, 'words')(thing, trouble);
}

const records = [];
for (let number = 0; number < 320; number++) {
  const id = `r${String(number).padStart(3, '0')}`;
  const [thing, trouble, opening] = [pick(things, id, 'thing'), pick(troubles, id, 'trouble'), pick(openings, id, 'opening')];
  // Mostly one friendly and one curt reply; now and then two of a sort, on which people differ.
  const sort = chance(id, 'sort');
  const first = sort < 0.44 || (sort >= 0.88 && sort < 0.94);
  const second = sort >= 0.44 && sort < 0.94;
  const replies = [replyTo(id, 'first', first, thing, trouble), replyTo(id, 'second', second, thing, trouble)];
  if (replies[0] === replies[1]) continue;
  const responses = annotators
    .filter((annotator) => chance(id, annotator.id, 'answers') < 0.93)
    .map((annotator) => {
      const likes = first === second ? chance(id, annotator.id, 'taste') < 0.5 : first;
      const turned = chance(id, annotator.id, 'slip') < annotator.hasty + (replies[first ? 1 : 0].length < 30 ? annotator.short : 0);
      const better = likes !== turned;
      const values = { better: [{ value: 'reply-1', rank: better ? 1 : 2 }, { value: 'reply-2', rank: better ? 2 : 1 }] };
      return { annotator: annotator.id, status: chance(id, annotator.id, 'status') < 0.04 ? 'draft' : 'submitted', values };
    });
  records.push({ id, fields: { message: `${opening} ${thing} ${trouble}.`, 'reply-1': replies[0], 'reply-2': replies[1] }, responses });
}

const dataset = await new FeedbackDataset({
  name: 'replies',
  fields: [new TextField({ name: 'message', title: 'Message' }), new TextField({ name: 'reply-1', title: 'First reply' }), new TextField({ name: 'reply-2', title: 'Second reply' })],
  questions: [new RankingQuestion({ name: 'better', description: 'Which reply is better?', values: { 'reply-1': 'First reply', 'reply-2': 'Second reply' } })],
  guidelines,
}).addRecords(records);
await writeFolder(fileURLToPath(new URL('replies', import.meta.url)), dataset);
