/** Words that speak for a topic: the kind of rules that a shop has before it has a model. */
const keywords = {
  billing: /\b(invoices?|refund\w*|pay|paid|payments?|card)\b/gi,
  delivery: /\b(parcels?|packages?|deliver\w*|ship\w*|order\w*|arriv\w*|box)\b/gi,
  product_question: /\b(plants?|pots?|which|how|can|does)\b/gi,
  technical_problem: /\b(app|errors?|website|page|login|password|works?)\b/gi,
  feedback: /\b(thanks?|love|great|happy|friendly|good)\b/gi,
};

/** The topic with most keywords and its share of all keywords found; nothing where there is none. */
export function suggest(text) {
  const found = Object.entries(keywords).map(([topic, words]) => ({ topic, count: text.match(words)?.length ?? 0 }));
  const all = found.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return undefined;
  const best = found.reduce((a, b) => (b.count > a.count ? b : a));
  return { value: best.topic, score: Math.round((best.count / (all + 1)) * 100) / 100, type: 'model', agent: 'keyword-rules' };
}
