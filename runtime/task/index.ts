export {
  TrainingTask,
  type AnswerColumn,
  type FormatFunction,
  type FormatOptions,
  type Named,
  type ProgramOptions,
  type TextColumn,
  type Unification,
} from './trainingTask.js';
export { functions, type FunctionDefinition } from './functions.js';
export { kinds, kindNamed } from './kinds/index.js';
export type { Kind, KindColumn, Stored } from './kinds/kind.js';
export type { KindName, KindRows, RowOf, Text } from './kinds/rows.js';
export type { Message, ValueType } from './value.js';
export { templateFunction, type Template, type TemplateValue } from './template.js';
export type { Sample, SampleAnswer, SampleValue } from './sample.js';
export { projectionOf } from './uses.js';
export type { Entry, EntryProgram, Expression, Formatted, FunctionProgram, Loop, Program, RowIn, RowsGiven } from './program.js';
