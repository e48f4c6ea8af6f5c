import { arrange } from '../arguments.js';
import type { Call } from '../ast.js';
import * as messages from '../messages.js';
import type { FunctionSchema } from '../schema.js';
import type { Problem } from '../diagnostics.js';
import type { Span } from '../source.js';
import { describe, describeAll, fitsOneOf } from '../types.js';
import { forEachExpression, type MeaningOf, type Rule } from './rule.js';

type Say = (problem: Problem, span: Span) => void;

/** A call gives every parameter that it must, none twice, none that is not there, each of a type that fits. */
export const argumentsFit: Rule = (analysis) => {
  const { program, templates } = analysis;
  forEachExpression(analysis, (expression, meaningOf, source) => {
    if (expression.kind !== 'Call') return;
    const say: Say = (problem, span) => program.report(problem, span, source);
    const template = program.find(expression.callee.text)?.kind === 'template' ? templates.get(expression.callee.text) : undefined;
    const called = program.find(expression.callee.text)?.kind === 'template' ? undefined : program.schema.functions.find(({ name }) => name === expression.callee.text);
    if (template) {
      const needed = template.parameters.filter(({ fallback }) => !fallback).map(({ name }) => name);
      arity(expression, template.parameters.map(({ name }) => name), needed, false, say);
      for (const { value } of expression.args) {
        const { asked } = meaningOf(value);
        if (asked?.several) say(messages.severalAnswers(asked.name, able(analysis, asked.schema?.type)), value.span);
      }
    } else if (called) {
      arity(expression, called.args.map(({ name }) => name), called.args.slice(0, called.required).map(({ name }) => name), called.variadic, say);
      types(expression, called, meaningOf, (type) => able(analysis, type), say);
    }
  });
};

const able = ({ program }: Parameters<Rule>[0], type: string | undefined) =>
  program.schema.strategies.filter(({ questions }) => type !== undefined && questions.includes(type)).map(({ name }) => name);

function arity(call: Call, parameters: readonly string[], needed: readonly string[], variadic: boolean, say: Say): void {
  const { byParameter, tooMany, unknown, twice, misplaced } = arrange(call.args, parameters, variadic);
  const name = call.callee.text;
  for (const argument of unknown) say(messages.unknownArgument(name, argument.text, parameters), argument.span);
  for (const argument of twice) say(messages.duplicateParameter(argument.text), argument.span);
  if (misplaced[0]) say(messages.positionalAfterNamed(), misplaced[0].value.span);
  if (tooMany[0]) say(messages.tooManyArguments(name, parameters.length), tooMany[0].value.span);
  const missing = needed.filter((parameter) => !byParameter.has(parameter));
  if (missing.length > 0 && unknown.length + misplaced.length === 0) say(messages.missingArgument(name, missing), call.callee.span);
}

function types(call: Call, { name, args, variadic }: FunctionSchema, meaningOf: MeaningOf, able: (type: string | undefined) => string[], say: Say): void {
  const { byParameter, rest } = arrange(call.args, args.map((parameter) => parameter.name), variadic);
  const last = args[args.length - 1];
  const given = [...args.flatMap((parameter) => {
    const argument = byParameter.get(parameter.name);
    return argument ? [{ parameter, value: argument.value }] : [];
  }), ...(last ? rest.map(({ value }) => ({ parameter: last, value })) : [])];
  for (const { parameter, value } of given) {
    const { type, asked } = meaningOf(value);
    if (fitsOneOf(type, parameter.accepts)) continue;
    const wanted = describeAll(parameter.accepts);
    say(asked?.several ? messages.answersAsArgument(name, asked.name, wanted, able(asked.schema?.type)) : messages.argumentType(name, parameter.name, wanted, describe(type)), value.span);
  }
}
