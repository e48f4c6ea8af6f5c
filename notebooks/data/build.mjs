/** Makes the folder `messages` from `source/messages.jsonl`; the same source gives the same bytes. Needs the build of tasklab. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FeedbackDataset, LabelQuestion, MetadataProperty, RatingQuestion, TextField, writeFolder } from '../../dist/runtime/index.js';
import { chance, responsesTo } from './annotate.mjs';
import { suggest } from './keywordRules.mjs';

const guidelines = `Customers write to a small web shop for plants, pots and garden tools. Say what a message is about and how urgent it is.

**Topic**: what the customer needs an answer to, not what they mention on the way.
- *Billing*: payments, invoices, refunds, discounts, the price of a subscription.
- *Delivery*: shipping, tracking, addresses, parcels that are late, lost, damaged or wrong.
- *Product question*: what to buy, how a product works, how to care for a plant.
- *Technical problem*: the website, the app, the account or a device does not do what it should.
- *Feedback*: praise, complaints and ideas that ask for nothing else. A complaint about a late parcel is delivery.

Choose the topic that comes first in the customer's mind where two fit.

**Urgency**: from 1 (can wait for days) to 5 (somebody loses money or living plants today). Leave it out where you cannot tell.

Discard messages that you do not understand.`;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const messages = (await readFile(here('source/messages.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line));

const dataset = await new FeedbackDataset({
  name: 'messages',
  fields: [new TextField({ name: 'text', title: 'Message' })],
  questions: [
    new LabelQuestion({
      name: 'topic',
      description: 'What does the customer need an answer to?',
      labels: { billing: 'Billing', delivery: 'Delivery', product_question: 'Product question', technical_problem: 'Technical problem', feedback: 'Feedback' },
    }),
    new RatingQuestion({ name: 'urgency', description: 'How soon is an answer needed?', required: false, values: [1, 2, 3, 4, 5] }),
  ],
  metadataProperties: [new MetadataProperty({ name: 'channel', title: 'Channel', type: 'terms', values: ['email', 'chat', 'form'] })],
  guidelines,
}).addRecords(
  messages.map((message) => {
    const topic = chance(message.id, 'suggested') < 0.54 ? suggest(message.text) : undefined;
    return {
      id: message.id,
      fields: { text: message.text },
      responses: responsesTo(message),
      suggestions: topic ? { topic } : {},
      metadata: { channel: message.channel },
    };
  }),
);
await writeFolder(here('messages'), dataset);
