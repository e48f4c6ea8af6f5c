/**
 * Every case in which we differ from Argilla 1.29 on purpose, and why: a defect of Argilla's by the id that the
 * behavioural specification (section 12) gives it, or a sentence of the language's contract.
 */
const aRatingIsANumber = 'contract: a rating is unified to a number';
const nothingIsNull = 'contract: the value is null where nothing was unified';
const disagreementForAll = 'contract: ratings and rankings have the strategy disagreement';
const byOption = 'contract: min and max of a ranking are taken for each option (ranking-max-is-lexicographic)';

const anyName = 'contract: an annotator is whoever the data name (a column of a table: `annotator = worker`)';
const numbers = 'JavaScript has one kind of number: 3.0 is the whole number 3';
const labelRating = 'contract: a label column from a rating has the default majority';
const oneStrategy = 'contract: a strategy is named in one place, behind `by`';

const nullIsCounted = 'contract: a row with a null column is not made, and is counted with its reason';
const rowsAreObjects = "contract: a row has the kind's columns, so that a function gives objects with them, and a list is no text";
const wholeChats = 'contract: a row of chat_completion is a whole chat (messages); its turns stand in order';
const inJavaScript = "JavaScript's true is the text true, Python's True";

export const differences: Readonly<Record<string, string>> = {
  'split-025': 'split-float-error',
  'split-027': 'split-float-error',
  'format-018': 'yielded-list-keeps-first',
  'format-030': 'yielded-list-keeps-first',
  'format-033': 'yielded-list-keeps-first',
  'format-036': inJavaScript,
  'format-037': rowsAreObjects,
  'format-038': rowsAreObjects,
  'format-043': nullIsCounted,
  'format-050': rowsAreObjects,
  'format-054': inJavaScript,
  'format-057': nullIsCounted,
  'format-062': wholeChats,
  'format-063': wholeChats,
  'format-067': 'similarity-int-to-float',
  'format-068': 'similarity-int-to-float',
  'format-070': rowsAreObjects,
  'valid-006': 'unknown-fields-accepted',
  'valid-010': anyName,
  'valid-015': 'no-response-validation',
  'valid-031': numbers,
  'valid-035': 'float-metadata-rejects-int',
  'valid-086': labelRating,
  'valid-089': disagreementForAll,
  'valid-095': oneStrategy,
  'valid-102': 'similarity-rating-rejected',
  'unify-009': 'rating-mean-truncates',
  'unify-010': 'rating-mean-truncates',
  'unify-013': aRatingIsANumber,
  'unify-014': aRatingIsANumber,
  'unify-015': aRatingIsANumber,
  'unify-016': aRatingIsANumber,
  'unify-019': byOption,
  'unify-020': byOption,
  'unify-021': 'text-disagreement-keeps-last',
  'unify-025': nothingIsNull,
  'unify-030': 'null-values-crash',
  'unify-038': 'majority-empty-dataset',
  'unify-044': 'multilabel-majority-empty',
  'unify-045': 'multilabel-majority-no-submitted',
  'unify-046': 'multilabel-majority-missing-question',
  'unify-051': 'rating-mean-truncates',
  'unify-052': 'rating-mean-truncates',
  'unify-054': aRatingIsANumber,
  'unify-055': aRatingIsANumber,
  'unify-056': 'rating-mean-truncates',
  'unify-057': disagreementForAll,
  'unify-058': aRatingIsANumber,
  'unify-059': 'ranking-majority-order-sensitive',
  'unify-062': 'ranking-mean-empty',
  'unify-063': byOption,
  'unify-064': byOption,
  'unify-067': 'ranking-null-rank',
  'unify-069': disagreementForAll,
  'unify-072': nothingIsNull,
  'unify-074': 'disagreement-appends',
  'unify-075': 'disagreement-appends',
  'sample-004': 'null-values-crash',
  'sample-005': 'contract: a function gets one sample; there are no other formats to ask for',
  'sample-006': 'multilabel-scalar-score',
  'metric-017': 'metrics-count-all-statuses',
  'metric-018': 'metrics-count-all-statuses',
  'metric-023': 'multilabel-confusion-matrix',
  'metric-030': 'unified-metrics-ignore-strategy',
  'metric-031': 'ndcg-rank-as-relevance',
  'metric-032': 'binary-random-positive-label',
  'metric-033': 'binary-random-positive-label',
  'metric-034': 'binary-random-positive-label',
  'metric-036': 'missing-suggestion-crash',
  'metric-037': 'missing-suggestion-crash',
  'metric-038': 'unified-metrics-no-response-crash',
  'metric-039': 'contract: the rows of a table may name no annotator; their answers are measured too',
  'metric-044': 'alpha-item-key-is-text',
};
