import { createHash } from 'node:crypto';

/** Three annotators: how often each prefers the other reading of an ambiguous message, and their habits. */
const annotators = [
  { id: '00000000-0000-4000-8000-00000000000a', other: 0.3, slips: 0.003, complaints: 0, questions: 0.02, urgent: 0 },
  { id: '00000000-0000-4000-8000-00000000000b', other: 0.7, slips: 0.01, complaints: 0.05, questions: 0.35, urgent: -0.25 },
  { id: '00000000-0000-4000-8000-00000000000c', other: 0.35, slips: 0.006, complaints: 0.7, questions: 0.02, urgent: 0.3 },
];

/** A slip of the hand: the option beside the one that was meant. */
const neighbours = { billing: 'delivery', delivery: 'billing', product_question: 'delivery', technical_problem: 'product_question', feedback: 'technical_problem' };

const complaint = /!!|\?\?|disappoint|unfair|not happy|unhappy|third time|three times|four times|\bagain\b.*\bagain\b|still (not|waiting)|\bmess\b|annoy|you promised|late again|careless|\bpoor\b|said a word|my money back|a day off/i;
const question = /^(hi|hello|hey)?[!, ]*(how|which|what|when|where|is|are|do|does|can|could|will)\b|^good morning, is/i;

/**
 * A number in [0, 1) that depends on its keys alone, so that changing one message changes its own record and no other.
 */
export const chance = (...keys) => createHash('sha256').update(keys.join('\0')).digest().readUInt32BE() / 2 ** 32;

/** The responses to a message: most of the time three, sometimes two, one or none; some unfinished, some discarded. */
export function responsesTo(message) {
  const draw = chance(message.id, 'answered');
  if (draw < 0.025) return [];
  const few = draw < 0.08 ? 1 : draw < 0.2 ? 2 : 3;
  const byLot = [...annotators].sort((a, b) => chance(message.id, a.id) - chance(message.id, b.id)).slice(0, few);
  const onlyDrafts = draw >= 0.025 && draw < 0.04;
  return annotators.filter((annotator) => byLot.includes(annotator)).map((annotator) => response(message, annotator, onlyDrafts));
}

function response(message, annotator, onlyDrafts) {
  const draw = chance(message.id, annotator.id, 'status');
  const status = onlyDrafts || draw < 0.04 ? 'draft' : draw < 0.08 ? 'discarded' : 'submitted';
  const rated = chance(message.id, annotator.id, 'rated') < (status === 'submitted' ? 0.85 : 0.3);
  return { annotator: annotator.id, status, values: { topic: topicOf(message, annotator), ...(rated && { urgency: urgencyOf(message, annotator) }) } };
}

function topicOf({ id, text, topic, also }, annotator) {
  const happens = (what, share) => chance(id, annotator.id, what) < share;
  if (complaint.test(text) && happens('complaint', annotator.complaints)) return 'feedback';
  if (question.test(text) && happens('question', annotator.questions)) return 'product_question';
  if (happens('slip', annotator.slips)) return neighbours[topic];
  return also !== undefined && happens('other', annotator.other) ? also : topic;
}

/** Within one step of what the message deserves; some annotators lean to one side. */
function urgencyOf({ id, urgency }, annotator) {
  const draw = chance(id, annotator.id, 'urgency');
  const lean = Math.sign(annotator.urgent);
  const shift = draw < Math.abs(annotator.urgent) ? lean : draw > 0.9 ? -lean || 1 : 0;
  return Math.min(5, Math.max(1, urgency + shift));
}
