/** The public face of tasklab in TypeScript: feedback data sets, tasks, prepared rows, trainers. */
export { UserError } from './error.js';
export { FeedbackDataset, type NewSettings, type OpenOptions, type QuestionHandle, type UnifySettings } from './dataset/feedbackDataset.js';
export { TextField, type TextFieldSettings } from './dataset/fields.js';
export { LabelQuestion, MultiLabelQuestion, RankingQuestion, RatingQuestion, SpanQuestion, TextQuestion, type Labels, type Question } from './dataset/questions.js';
export { MetadataProperty, type MetadataPropertySettings, type VectorSettings } from './dataset/metadata.js';
export type { MappedQuestion, TableMapping } from './dataset/mapping.js';
export type { NewRecord } from './dataset/newRecord.js';
export { Records } from './dataset/records.js';
export type { AnswerValue, FeedbackRecord, FeedbackResponse, RankedItem, ResponseStatus, Span, Suggestion } from './dataset/record.js';
export type { DatasetSummary, QuestionSummary } from './dataset/summary.js';
export { writeFolder } from './dataset/writeFolder.js';
