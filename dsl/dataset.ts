import type { DatasetNode, Declaration, Expression, MappingEntry, Name, QuestionType } from './ast.js';
import { constant, type Params } from './constant.js';
import { relativeTo } from './include.js';
import * as messages from './messages.js';
import type { DatasetPlan, PlanValue, QuestionPlan } from './plan.js';
import type { Program, Report } from './program.js';
import type { DatasetSchema, QuestionSchema } from './schema.js';
import { describeOption, describeValue, fitsOption } from './types.js';

/** Columns that a table may name beside fields and questions. */
export const tableKeys = [
  { name: 'record', doc: 'Rows with the same value are one record; omitted: one record a row.' },
  { name: 'annotator', doc: 'Who answered; omitted: one anonymous annotator a row.' },
  { name: 'status', doc: 'submitted, draft or discarded; omitted: submitted.' },
] as const;
export const tableRoles = ['field', 'question', 'suggestion', 'metadata'] as const;
/** Source whose argument is a variable of the notebook. */
const variableSource = 'value';

interface Around {
  readonly program: Program;
  readonly params: Params;
  readonly report: Report;
}

/** Checks a data set's declaration and lowers it to its plan, as far as it is right. */
export function resolveDataset(declaration: Declaration & { readonly syntax: DatasetNode }, around: Around): DatasetPlan | undefined {
  const { syntax, source: at } = declaration;
  const { program, params } = around;
  let isRight = true;
  const report: Report = (problem, span) => ((isRight = false), around.report(problem, span, at));
  const source = program.schema.sources.find(({ name }) => name === syntax.from.text);
  if (!source && syntax.from.text !== '') report(messages.unknownSource(syntax.from.text, program.schema.sources.map(({ name }) => name)), syntax.from.span);
  const argument = sourceArgument(syntax, params, report);
  const options = new Map<string, PlanValue>();
  const keys = new Map<string, string>();
  const fields: { name: string; column: string }[] = [];
  const questions: QuestionPlan[] = [];
  const suggestions: { question: string; column: string }[] = [];
  const metadata: { name: string; column: string }[] = [];
  const seen = new Set<string>();
  for (const entry of syntax.entries) {
    const id = entry.kind === 'Setting' ? entry.name.text : `${entry.role.text} ${entry.name.text}`;
    if (seen.has(id)) report(messages.duplicateKey(entry.name.text), entry.name.span);
    seen.add(id);
    if (entry.kind === 'Setting') {
      const isKey = tableKeys.some(({ name }) => name === entry.name.text);
      const option = source?.options.find(({ name }) => name === entry.name.text);
      if (option) {
        const value = constant(entry.value, params, report, option.choices && { of: option.name, names: option.choices });
        if (value !== undefined && !fitsOption(value, option.type)) report(messages.optionType(option.name, describeOption(option.type), describeValue(value)), entry.value.span);
        else if (value !== undefined && option.choices && !option.choices.includes(String(value))) report(messages.unknownWord(`"${option.name}"`, String(value), option.choices), entry.value.span);
        else if (value !== undefined) options.set(option.name, option.type === 'path' ? relativeTo(at, String(value)) : value);
      } else if (isKey && source?.mapping !== false) {
        const column = columnName(entry.value, report);
        if (column !== undefined) keys.set(entry.name.text, column);
      } else if (source) {
        const known = [...source.options.map(({ name }) => name), ...(source.mapping ? tableKeys.map(({ name }) => name) : [])];
        report(messages.unknownKey(`A dataset from ${source.name}`, entry.name.text, known), entry.name.span);
      }
      continue;
    }
    if (source && !source.mapping) {
      report(messages.noMapping(source.name), entry.span);
      continue;
    }
    const column = columnName(entry.column, report);
    if (!(tableRoles as readonly string[]).includes(entry.role.text)) report(messages.mappingWord(entry.role.text, tableRoles), entry.role.span);
    else if (column === undefined) isRight = false;
    else if (entry.role.text === 'field') fields.push({ name: entry.name.text, column });
    else if (entry.role.text === 'suggestion') suggestions.push({ question: entry.name.text, column });
    else if (entry.role.text === 'metadata') metadata.push({ name: entry.name.text, column });
    else if (entry.type) {
      const type = questionType(entry.type, syntax, around, report);
      if (type) questions.push({ name: entry.name.text, ...type, column });
    }
  }
  for (const entry of syntax.entries.filter((one): one is MappingEntry => one.kind === 'Mapping' && one.role.text === 'suggestion')) {
    const known = syntax.entries.flatMap((one) => (one.kind === 'Mapping' && one.role.text === 'question' ? [one.name.text] : []));
    if (known.length > 0 && !known.includes(entry.name.text)) report(messages.unknownMember(declaration.name, 'suggestion', entry.name.text, known), entry.name.span);
  }
  if (!isRight || !source || argument === undefined) return undefined;
  const hasMapping = keys.size + fields.length + questions.length + suggestions.length + metadata.length > 0;
  return {
    name: declaration.name, source: source.name, argument: source.argument === 'path' ? relativeTo(at, argument) : argument, options: sorted(options),
    ...(hasMapping ? { mapping: { ...Object.fromEntries(keys), fields, questions, suggestions, metadata } } : {}),
  };
}

function sourceArgument({ from, argument }: DatasetNode, params: Params, report: Report): string | undefined {
  if (!argument || argument.kind === 'Missing') return undefined;
  if (from.text === variableSource && argument.kind === 'Name') return argument.text;
  const value = constant(argument, params, report);
  if (value !== undefined && typeof value !== 'string') report(messages.optionType(from.text, 'a text', describeValue(value)), argument.span);
  return typeof value === 'string' ? value : undefined;
}

function columnName(expression: Expression, report: Report): string | undefined {
  if (expression.kind === 'Name') return expression.text;
  if (expression.kind === 'Literal' && typeof expression.value === 'string') return expression.value;
  if (expression.kind !== 'Missing') report(messages.notAColumn(), expression.span);
  return undefined;
}

function questionType({ name, args, to, field }: QuestionType, dataset: DatasetNode, { program, params }: Around, report: Report): Pick<QuestionPlan, 'type' | 'options' | 'field'> | undefined {
  const types = program.schema.questionTypes;
  if (!types.some((type) => type.name === name.text)) return (report(messages.unknownQuestionType(name.text, types.map((type) => type.name)), name.span), undefined);
  const isNumeric = name.text === 'rating';
  const options: (string | number)[] = [];
  if (to && args[0]) {
    const [from, last] = [constant(args[0], params, report), constant(to, params, report)];
    if (from === undefined || last === undefined) return undefined;
    if (!isNumeric || !Number.isInteger(from) || !Number.isInteger(last) || (from as number) >= (last as number) || (last as number) - (from as number) > 1000) {
      return (report(messages.questionOptions(name.text, isNumeric ? 'whole numbers, the smaller one first' : 'texts'), { start: args[0].span.start, end: to.span.end }), undefined);
    }
    for (let value = from as number; value <= (last as number); value++) options.push(value);
  }
  for (const argument of to ? args.slice(1) : args) {
    const value = constant(argument, params, report);
    if (value === undefined) return undefined;
    if (typeof value !== (isNumeric ? 'number' : 'string')) report(messages.questionOptions(name.text, isNumeric ? 'numbers' : 'texts in quotes'), argument.span);
    else if (options.includes(value as string | number)) report(messages.duplicateOption(String(value)), argument.span);
    else options.push(value as string | number);
  }
  if (field) checkField(field, dataset, report);
  return { type: name.text, ...(options.length > 0 ? { options } : {}), ...(field ? { field: field.text } : {}) };
}

function checkField(field: Name, dataset: DatasetNode, report: Report): void {
  const fields = dataset.entries.flatMap((entry) => (entry.kind === 'Mapping' && entry.role.text === 'field' ? [entry.name.text] : []));
  if (fields.length > 0 && !fields.includes(field.text)) report(messages.unknownMember(dataset.name.text, 'field', field.text, fields), field.span);
}

const sorted = (values: ReadonlyMap<string, PlanValue>) => Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1)));

/** What a task may refer to: what the table's declaration says, else what is known of the loaded data set. */
export function datasetSchema(declaration: Declaration | undefined, known: DatasetSchema | undefined): DatasetSchema | undefined {
  const mapped = declaration?.syntax.kind === 'Dataset' ? declaration.syntax.entries.filter((entry): entry is MappingEntry => entry.kind === 'Mapping') : [];
  const named = (role: string) => mapped.filter((entry) => entry.role.text === role);
  if (declaration?.broken || (named('field').length === 0 && named('question').length === 0)) return known;
  const questions = named('question').map(({ name, type }): [string, QuestionSchema] => {
    const loaded = known && Object.hasOwn(known.questions, name.text) ? known.questions[name.text] : undefined;
    const options = writtenOptions(type) ?? (loaded?.type === type?.name.text ? loaded?.options : undefined);
    return [name.text, { type: type?.name.text ?? '', required: loaded?.required ?? true, ...(options ? { options } : {}) }];
  });
  return {
    fields: named('field').map(({ name }) => known?.fields.find((field) => field.name === name.text) ?? { name: name.text, required: true }),
    questions: Object.fromEntries(questions),
    metadata: named('metadata').map(({ name }) => name.text),
    extraMetadata: false,
  };
}

function writtenOptions(type: QuestionType | undefined): string[] | undefined {
  if (!type || type.args.length === 0 || !type.args.every((argument) => argument.kind === 'Literal')) return undefined;
  const values = type.args.map((argument) => (argument.kind === 'Literal' ? argument.value : null));
  const [from, to] = [values[0], type.to?.kind === 'Literal' ? type.to.value : undefined];
  if (!type.to) return values.map(String);
  if (typeof from !== 'number' || typeof to !== 'number' || to - from > 1000) return undefined;
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => String(from + i));
}
