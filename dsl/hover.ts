import type { Declaration, Expression, TaskEntry } from './ast.js';
import { analyze, type Analysis } from './compile.js';
import type { EditorContext } from './complete.js';
import { tableKeys } from './dataset.js';
import { parse } from './parse.js';
import { Identifier, lexer } from './tokens.js';
import { wordsAbout } from './words.js';
import type { Meaning, Meanings } from './program.js';
import type { FunctionSchema, OptionSchema } from './schema.js';
import type { Span } from './source.js';
import { findKind, taskSettings } from './task.js';
import { blockOptions, trainingKeys } from './training.js';
import { describe, describeOption } from './types.js';
import { entryExpression, walk } from './walk.js';

/**
 * Documentation, as Markdown, of the name at `offset`; nothing where there is none.
 *
 * @example
 * hover('task t: sft on d { }', 9, { schema, declarations }); // what supervised fine-tuning is, and its columns
 */
export function hover(text: string, offset: number, context: EditorContext): string | undefined {
  const { declarations } = parse({ name: '', text, lineOffset: 0 });
  const declaration = declarations.find(({ span }) => span.start <= offset && offset <= span.end);
  if (!declaration) return keywordDoc(text, offset);
  const analysis = analyze([...context.declarations, ...declarations], context);
  let best: { span: Span; doc: string } | undefined;
  spots(declaration, analysis, (span, doc) => {
    const isInside = span.start <= offset && offset <= span.end;
    if (isInside && doc && (!best || span.end - span.start <= best.span.end - best.span.start)) best = { span, doc };
  });
  return best?.doc ?? keywordDoc(text, offset);
}

/** What the word of the language at a place is, where it stands for itself. */
function keywordDoc(text: string, offset: number): string | undefined {
  const token = lexer.tokenize(text).tokens.find(({ startOffset, image }) => startOffset <= offset && offset <= startOffset + image.length && /^[a-z]+$/.test(image));
  if (!token || token.tokenType === Identifier) return undefined;
  const about = wordsAbout(token.image);
  return about.length === 0 ? undefined : about.map(({ word, syntax, doc }) => titled(word, `\`\` ${syntax.replace(/\s+/g, ' ')} \`\``, doc)).join('\n\n');
}

type Spot = (span: Span, doc: string | undefined) => void;
const titled = (title: string, ...lines: (string | undefined)[]) => [`**${title}**`, ...lines.filter((line) => line !== undefined && line !== '')].join('\n\n');

function spots(declaration: Declaration, analysis: Analysis, spot: Spot): void {
  const { syntax } = declaration;
  const { program } = analysis;
  switch (syntax.kind) {
    case 'Param':
      return spot(syntax.name.span, titled(`param ${declaration.name}`, JSON.stringify(analysis.params.get(declaration.name))));
    case 'Template': {
      const meanings = analysis.templateMeanings.get(declaration.name);
      if (meanings) expressionSpots(syntax.body, meanings, analysis, spot);
      return;
    }
    case 'Dataset': {
      const source = program.schema.sources.find(({ name }) => name === syntax.from.text);
      if (source) spot(syntax.from.span, titled(`from ${source.name} ${source.argument}`, source.doc));
      for (const entry of syntax.entries) {
        const option = source?.options.find(({ name }) => name === entry.name.text);
        if (entry.kind === 'Setting') spot(entry.name.span, option ? optionDoc(option) : keyDoc(tableKeys, entry.name.text));
        else if (entry.type) spot(entry.type.name.span, program.schema.questionTypes.find(({ name }) => name === entry.type!.name.text)?.doc);
      }
      return;
    }
    case 'Task': {
      const task = analysis.tasks.find((one) => one.declaration === declaration);
      const kind = syntax.type && findKind(program, syntax.type.text);
      if (kind && syntax.type) spot(syntax.type.span, titled(kind.name, kind.doc, kind.columns.map(({ name, required, doc }) => `- \`${name}\`${required ? '' : ' (optional)'}: ${doc}`).join('\n')));
      if (syntax.on) spot(syntax.on.span, datasetDoc(syntax.on.text, analysis));
      if (task) syntax.entries.forEach((entry) => entrySpots(entry, task.meanings, analysis, (name) => kind?.columns.find((column) => column.name === name)?.doc, spot));
      return;
    }
    case 'Training': {
      const { framework, takes } = analysis.trainings.find((one) => one.declaration === declaration) ?? {};
      for (const entry of syntax.entries) {
        if (entry.kind === 'Setting') {
          spot(entry.name.span, keyDoc(trainingKeys, entry.name.text));
          if (framework && entry.name.text === 'framework') spot(entry.value.span, titled(framework.name, framework.doc, `Does ${Object.keys(framework.kinds).join(', ')}.`));
          continue;
        }
        const options = takes && blockOptions(takes, entry.name.text);
        for (const own of entry.entries) {
          const option = options?.find(({ name }) => name === own.name.text);
          if (option) spot(own.name.span, optionDoc(option));
        }
      }
    }
  }
}

function entrySpots(entry: TaskEntry, meanings: Meanings, analysis: Analysis, columnDoc: (name: string) => string | undefined, spot: Spot): void {
  if (entry.kind === 'Column') {
    const doc = columnDoc(entry.name.text);
    spot(entry.name.span, doc === undefined ? keyDoc(taskSettings, entry.name.text) : titled(`column ${entry.name.text}`, doc));
  }
  const expression = entryExpression(entry);
  if (expression) expressionSpots(expression, meanings, analysis, spot);
  if (entry.kind === 'For') entry.body.forEach((inner) => entrySpots(inner, meanings, analysis, columnDoc, spot));
}

function expressionSpots(root: Expression, meanings: Meanings, analysis: Analysis, spot: Spot): void {
  walk(root, (expression) => {
    const meaning = meanings.get(expression);
    if (expression.kind === 'By') {
      const strategy = analysis.program.schema.strategies.find(({ name }) => name === expression.strategy.text);
      if (strategy) spot(expression.strategy.span, titled(`by ${strategy.name}`, strategy.doc, `Unifies ${strategy.questions.join(', ')} questions.`));
      if (meaning) spot(expression.question.span, meaningDoc(meaning));
    } else if (expression.kind === 'Call') {
      const called = analysis.program.schema.functions.find(({ name }) => name === expression.callee.text);
      const template = analysis.templates.get(expression.callee.text);
      if (template) spot(expression.callee.span, titled(`template ${template.name}(${template.parameters.map(({ name }) => name).join(', ')})`));
      else if (called) spot(expression.callee.span, functionDoc(called));
    } else if ((expression.kind === 'Name' || expression.kind === 'Member') && meaning) spot(expression.span, meaningDoc(meaning));
  });
}

function meaningDoc({ plan, type, asked }: Meaning): string | undefined {
  if (asked) return titled(`question ${asked.name}`, asked.schema && `${asked.schema.type}${asked.schema.options ? `: ${asked.schema.options.join(', ')}` : ''}`, asked.several ? 'Here: the list of its submitted answers.' : undefined);
  switch (plan?.op) {
    case 'field':
    case 'metadata':
      return titled(`${plan.op} ${plan.name}`);
    case 'literal':
      return titled('param', JSON.stringify(plan.value));
    case 'variable':
      return titled(plan.name, describe(type));
    default:
      return plan && titled(plan.op.replace(/_/g, ' '), describe(type));
  }
}

const keyDoc = (keys: readonly { readonly name: string; readonly doc: string }[], name: string) => {
  const key = keys.find((one) => one.name === name);
  return key && titled(key.name, key.doc);
};
const optionDoc = ({ name, type, choices, default: preset, doc }: OptionSchema) =>
  titled(name, doc, `${choices ? choices.map((choice) => `\`${choice}\``).join(' | ') : describeOption(type)}${preset === undefined ? '' : `; default \`${JSON.stringify(preset)}\``}`);
const functionDoc = ({ name, args, required, variadic, returns, doc, example }: FunctionSchema) =>
  titled(`${name}(${args.map((arg, i) => `${arg.name}${i < required ? '' : '?'}`).join(', ')}${variadic ? ', …' : ''}) → ${describe(returns)}`, doc, `\`${example}\``);

function datasetDoc(name: string, { recordsOf, datasets }: Analysis): string {
  const schema = recordsOf(name).schema;
  const plan = datasets.get(name);
  const fields = schema && `Fields: ${schema.fields.map((field) => field.name).join(', ')}`;
  const questions = schema && `Questions: ${Object.entries(schema.questions).map(([question, { type }]) => `${question} (${type})`).join(', ')}`;
  return titled(`dataset ${name}`, plan && `from ${plan.source} ${JSON.stringify(plan.argument)}`, fields, questions);
}
