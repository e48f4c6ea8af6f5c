/**
 * Everything the language says about a program, one function a code: the only place with message text. A message is
 * one sentence that names the thing; a hint says what to do.
 */
import type { DeclarationKind } from './ast.js';
import type { Code } from './codes.js';
import type { Problem } from './diagnostics.js';
import { nearest, suggest } from './suggest.js';

const error = (code: Code, message: string, hint?: string): Problem => ({ code, severity: 'error', message, ...(hint === undefined ? {} : { hint }) });
const list = (names: readonly string[], last = 'or') =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${last} ${names[names.length - 1]!}`;
const quoted = (names: readonly string[], last?: string) => list(names.map((name) => `"${name}"`), last);
const an = (noun: string) => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** Declarations that others refer to by name where nothing else may stand. */
export type Referred = Extract<DeclarationKind, 'dataset' | 'task' | 'training'>;

// Syntax

const foreign: ReadonlyMap<string, string> = new Map([
  ['&&', 'Write `and`.'], ['||', 'Write `or`.'], ['!', 'Write `not`.'], ['===', 'Write `==`.'], ['!==', 'Write `!=`.'],
  ['#', 'Comments begin with `//`.'], ["'", 'Texts stand in double quotes.'], ['`', 'A name in backticks ends on its line.'],
]);

export function unexpected(expected: string, found: string, { inHole = false, where = false } = {}): Problem {
  const what = /^(?:[\r\n;]|$)/.test(found) ? 'the end of the line' : `"${found.length > 40 ? `${found.slice(0, 39)}…` : found}"`;
  const hint = foreign.get(found) ?? (found.startsWith("'") && found.length > 1 ? `Texts stand in double quotes: "${found.slice(1, -1)}".`
    : found === '=' && where ? 'Compare with `==`.'
    : inHole ? 'A literal brace in a text is written `{{` or `}}`.'
    : undefined);
  return error('syntax/unexpected-token', `Expected ${expected}, found ${what}.`, hint);
}
export const unclosed = (opener: string, isHole: boolean): Problem =>
  isHole ? error('syntax/unclosed', 'The hole that begins here is never closed.', 'Close it with `}`; a literal brace in a text is written `{{`.')
  : error('syntax/unclosed', `The ${opener} here is never closed.`, `Close it with ${({ '(': '`)`', '[': '`]`', '{': '`}`' })[opener] ?? `\`${opener}\``}.`);
export const unopened = (closer: string): Problem => error('syntax/unopened', `Nothing is open that this ${closer} closes.`, 'Remove it.');
export const unclosedComment = (): Problem => error('syntax/unclosed', 'The comment that begins here is never closed.', 'Close it with `*/`.');
export const digitName = (name: string): Problem => error('syntax/name', `A name does not begin with a digit: "${name}".`, `Write it in backticks: \`${name}\`.`);
export const foreignName = (name: string): Problem => error('syntax/name', `A name has letters a to z, digits, "_" and "-" alone: "${name}".`, `Write it in backticks: \`${name}\`.`);
export const strangeCharacter = (character: string): Problem =>
  error('syntax/character', `The character U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} does not belong here.`, 'Remove it.');
export const notADeclaration = (word: string, known: readonly string[]): Problem =>
  error('syntax/declaration', `No declaration begins with "${word.length > 40 ? `${word.slice(0, 39)}…` : word}".`, suggest(word, known));
export const unknownEscape = (escape: string): Problem =>
  error('syntax/escape', `There is no escape "${escape}".`, 'Write `\\n`, `\\t`, `\\"`, `\\\\` or `\\u{…}`; a backslash is `\\\\`.');
export const loneBrace = (): Problem => error('syntax/brace', 'A "}" stands alone in the text.', 'Write `}}` for the brace itself.');
export const emptySlot = (): Problem => error('syntax/unexpected-token', 'A value is missing between the commas.', 'Write it, or remove a comma.');
export const chained = (operator: string): Problem =>
  error('syntax/comparison', `Comparisons do not follow each other: "${operator}".`, 'Join two comparisons with `and`.');
export const tooDeep = (): Problem => error('syntax/too-deep', 'This is nested too deeply to be read.', 'Split it with `let` or templates.');
export const includePath = (): Problem => error('syntax/include', 'An include takes the path of a file as a plain text.', 'Write `include "other.task"`.');
export const unreadable = (path: string, reason?: string): Problem =>
  error('data/no-file', reason === 'EISDIR' ? `"${path}" is a folder, not a program.` : reason === 'ENOENT' ? `There is no file "${path}".` : `The file "${path}" cannot be read.`,
    'Write the path of a .task file, relative to this one.');
export const hyphenatedDeclaration = (name: string): Problem =>
  error('syntax/declaration-name', `A declaration's name is a TypeScript variable too: "${name}" cannot be one.`, `Write "${name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_')}".`);
export const pipeStage = (): Problem => error('syntax/pipe', 'A function or a template follows "|".', 'Write for instance `text | trim`.');
export const notCallable = (): Problem => error('syntax/call', 'Only a function or a template is called.');
export const badArgumentName = (): Problem => error('syntax/argument', 'Before ":" stands the name of a parameter.', 'Write `name(parameter: value)`.');
export const loopForm = (subject: string): Problem =>
  error('syntax/loop', `There is no loop over "${subject}".`, 'Write `for each response`, `for first response`, `for each pair (better, worse) in ranking` or `for each item in list`.');
export const byNeedsQuestion = (): Problem => error('syntax/by', 'Before `by` stands the name of a question alone.', 'Write `question by strategy`, in parentheses where more follows.');

// Names

export const duplicateDeclaration = (name: string): Problem => error('name/duplicate', `"${name}" is declared twice.`, 'Rename one of them.');
export const duplicateColumn = (name: string): Problem => error('name/duplicate', `The column "${name}" is given twice.`, 'Remove one of them.');
export const duplicateLet = (name: string): Problem => error('name/duplicate', `"${name}" is given twice in this block.`, 'Rename one of them.');
export const duplicateKey = (name: string): Problem => error('name/duplicate', `"${name}" is given twice.`, 'Remove one of them.');
export const duplicateParameter = (name: string): Problem => error('name/duplicate', `The parameter "${name}" is given twice.`, 'Remove one of them.');

const minusHint = (name: string, known: readonly string[]) => {
  const at = [...name.matchAll(/-/g)].map(({ index }) => index).find((index) => known.includes(name.slice(0, index)));
  return at === undefined ? undefined : `A subtraction needs spaces: ${name.slice(0, at)} - ${name.slice(at + 1)}.`;
};
export const unknownQuestion = (dataset: string, name: string, known: readonly string[]): Problem =>
  error('name/unknown-question', `The dataset "${dataset}" has no field or question "${name}".`, minusHint(name, known) ?? suggest(name, known));
export const unknownMember = (dataset: string, space: 'field' | 'question' | 'suggestion' | 'metadata', name: string, known: readonly string[]): Problem => {
  const what = space === 'suggestion' ? 'question' : space;
  return error(`name/unknown-${what}`, `The dataset "${dataset}" has no ${what} "${name}".`, suggest(name, known));
};
export const unknownInTemplate = (template: string, name: string, known: readonly string[]): Problem =>
  error('name/unknown-parameter', `The template "${template}" has no parameter "${name}".`, minusHint(name, known) ?? suggest(name, known));
export const unknownName = (name: string, known: readonly string[]): Problem =>
  error('name/unknown', `There is no "${name}" here.`, minusHint(name, known) ?? suggest(name, known));
export const ambiguous = (name: string): Problem =>
  error('name/ambiguous', `"${name}" is both a field and a question.`, `Write \`field.${name}\` or \`question.${name}\`.`);
export const unknownDeclaration = (kind: Referred, name: string, known: readonly string[]): Problem =>
  error(`name/unknown-${kind}`, `There is no ${kind} "${name}".`, suggest(name, known) ?? `Declare it: \`${kind} ${name} …\`.`);
export const unknownModel = (name: string, known: readonly string[]): Problem => {
  const near = nearest(name, known);
  return error('name/unknown-training', `There is no training or parameter "${name}".`, near === undefined ? `A model's own name stands in quotes: "${name}".` : `Did you mean "${near}"?`);
};
export const wrongDeclaration = (kind: Referred, name: string, found: string): Problem =>
  error(`name/unknown-${kind}`, `"${name}" is ${an(found)}, not ${an(kind)}.`);
export const unknownKind = (name: string, known: readonly string[]): Problem => error('name/unknown-kind', `There is no kind of task "${name}".`, suggest(name, known));
export const unknownColumn = (kind: string, name: string, known: readonly string[]): Problem =>
  error('name/unknown-column', `A ${kind} task has no column "${name}".`, suggest(name, known));
export const unknownFunction = (name: string, known: readonly string[]): Problem =>
  error('name/unknown-function', `There is no function or template "${name}".`, suggest(name, known));
export const unknownArgument = (callee: string, name: string, known: readonly string[]): Problem =>
  error('name/unknown-argument', `"${callee}" has no parameter "${name}".`, suggest(name, known));
export const unknownStrategy = (name: string, known: readonly string[]): Problem => error('name/unknown-strategy', `There is no strategy "${name}".`, suggest(name, known));
export const unknownStrategyOption = (name: string, known: readonly string[]): Problem =>
  error('name/unknown-option', `A strategy has no option "${name}".`, suggest(name, known));
export const unknownLabel = (question: string, label: string, known: readonly string[]): Problem =>
  error('name/unknown-label', `The question "${question}" has no option "${label}".`, suggest(label, known));
export const unknownSource = (name: string, known: readonly string[]): Problem => error('name/unknown-source', `There is no source "${name}".`, suggest(name, known));
export const unknownQuestionType = (name: string, known: readonly string[]): Problem => error('name/unknown-question-type', `There is no type of question "${name}".`, suggest(name, known));
export const unknownFramework = (name: string, known: readonly string[]): Problem => error('name/unknown-framework', `There is no framework "${name}".`, suggest(name, known));
export const unknownKey = (owner: string, name: string, known: readonly string[], hint?: string): Problem =>
  error('name/unknown-key', `${owner} has no "${name}".`, hint ?? suggest(name, known));
export const unknownOption = (owner: string, name: string, known: readonly string[], instead?: string): Problem =>
  error('name/unknown-option', `${owner} has no option "${name}".`, instead ?? suggest(name, known));
export const renamed = (name: string, current: string): Problem => ({ code: 'name/renamed', severity: 'warning', message: `"${name}" is called "${current}" now.`, hint: 'The old name is taken.' });
export const unknownBlock = (framework: string, name: string, known: readonly string[], instead?: string): Problem =>
  error('name/unknown-block', `The framework "${framework}" has no block "${name}".`, instead ?? suggest(name, known));
export const unknownWord = (what: string, name: string, known: readonly string[]): Problem => error('name/unknown-word', `${what} cannot be "${name}".`, suggest(name, known));
export const unquotedValue = (name: string, known: readonly string[]): Problem => {
  const near = nearest(name, known);
  return error('name/unknown-value', `There is no parameter "${name}".`, near === undefined ? `A text stands in quotes: "${name}".` : `Did you mean "${near}"?`);
};
export const cycle = (verb: string, names: readonly string[]): Problem => error('name/cycle', `"${names[0]!}" ${verb} itself: ${names.join(' -> ')}.`, 'Break the circle.');

// Types

export const wrongStrategy = (question: string, type: string, strategy: string, known: readonly string[]): Problem =>
  error('type/strategy', `The question "${question}" is ${an(type)} question: it cannot be unified by "${strategy}".`, known.length > 0 ? `Use ${list(known)}.` : undefined);
export const byInLoop = (question: string): Problem =>
  error('type/by-in-loop', `In a response loop "${question}" is one annotator's answer: there is nothing to unify.`, 'Remove `by`, or move the entry out of the loop.');
export const severalAnswers = (question: string, strategies: readonly string[]): Problem =>
  error('type/several-answers', `The question "${question}" has several answers for a record.`,
    `Write ${list([...(strategies.length > 0 ? [`\`${question} by ${strategies[0]!}\``] : []), `\`first(${question})\``])}, or stand in \`for each response { … }\`.`);
export const notAQuestion = (name: string): Problem => error('type/by', `"${name}" is no question: only answers are unified.`);
export const missingColumns = (kind: string, missing: readonly string[], layouts: readonly string[]): Problem =>
  error('type/missing-column', `A ${kind} task needs the column${missing.length > 1 ? 's' : ''} ${quoted(missing, 'and')}.`, layouts.length > 1 ? `It has ${list(layouts)}.` : undefined);
export const conflictingColumn = (name: string, layout: readonly string[]): Problem =>
  error('type/column-conflict', `The column "${name}" does not go with ${quoted(layout, 'and')}.`, 'Remove one of them.');
export const columnType = (column: string, wanted: string, found: string): Problem =>
  error('type/column', `The column "${column}" takes ${wanted}, not ${found}.`, wanted.startsWith('a text') && found === 'number' ? 'Write `text(…)` around it.' : undefined);
export const argumentType = (callee: string, argument: string, wanted: string, found: string): Problem =>
  error('type/argument', `"${callee}" takes ${wanted} as "${argument}", not ${found}.`);
export const answersAsArgument = (callee: string, question: string, wanted: string, strategies: readonly string[]): Problem =>
  error('type/several-answers', `"${callee}" takes ${wanted}, and outside a loop "${question}" is the list of its answers.`,
    `Write ${list([...(strategies.length > 0 ? [`\`(${question} by ${strategies[0]!})\``] : []), `\`first(${question})\``])}, or stand in \`for each response { … }\`.`);
export const tooLarge = (template: string): Problem =>
  error('type/too-large', `With "${template}" filled in, this grows beyond what can be checked.`, 'Call fewer templates in each other.');
export const missingArgument = (callee: string, names: readonly string[]): Problem =>
  error('type/missing-argument', `"${callee}" needs ${quoted(names, 'and')}.`);
export const tooManyArguments = (callee: string, count: number): Problem =>
  error('type/too-many-arguments', `"${callee}" takes ${count === 0 ? 'no arguments' : count === 1 ? 'one argument' : `${count} arguments`}.`, 'Remove the rest.');
export const positionalAfterNamed = (): Problem => error('type/argument-order', 'An argument without a name stands before those with one.');
export const operandType = (operator: string, wanted: string, found: string): Problem =>
  error('type/operand', `"${operator}" takes ${wanted}, not ${found}.`, operator === '+' ? 'Texts with values in them are written "{a} {b}".' : undefined);
export const comparedTypes = (left: string, right: string): Problem => error('type/comparison', `${left[0]!.toUpperCase()}${left.slice(1)} and ${right} are never equal.`, left === 'a number' || right === 'a number' ? 'Write the number without quotes, or `number(…)` or `text(…)` around one side.' : undefined);
export const conditionType = (what: string, found: string): Problem => error('type/condition', `${what} is true or false, not ${found}.`);
export const holeType = (found: string): Problem => error('type/hole', `A hole takes a text, a number or a list, not ${found}.`);
export const indexType = (what: string, found: string): Problem => error('type/index', `${what}, not ${found}.`);
export const notIterable = (found: string): Problem => error('type/loop', `A loop goes over a list, not ${found}.`);
export const notRanking = (found: string): Problem => error('type/loop', `Pairs come from a ranking, not from ${found}.`);
export const nestedResponses = (): Problem => error('type/nested-loop', 'This loop stands in another loop over responses.', 'Move it out.');
export const namespaceAlone = (space: string): Problem => error('name/unknown', `"${space}" alone is no value.`, `Name what you mean: \`${space}.name\`.`);
export const noMembers = (): Problem => error('type/member', 'This value has no parts to name with a dot.');
export const responseOnly = (name: string): Problem => error('name/unknown', `"${name}" is known in a response loop alone.`, 'Write the entry in `for each response { … }`.');
export const frameworkKind = (framework: string, kind: string, able: readonly string[]): Problem =>
  error('type/framework-kind', `The framework "${framework}" cannot do ${kind}.`, able.length > 0 ? `Use ${list(able)}.` : undefined);
export const missingKey = (owner: string, names: readonly string[]): Problem => error('type/missing-key', `${owner} needs ${quoted(names, 'and')}.`);
export const optionType = (name: string, wanted: string, found: string): Problem => error('type/option', `"${name}" takes ${wanted}, not ${found}.`);
export const optionRange = (name: string, wanted: string): Problem => error('type/option', `"${name}" is ${wanted}.`);
export const notConstant = (): Problem => error('type/constant', 'Here stands a plain value: a text, a number, true, false, null, a list of them, or a parameter.');
export const parameterValue = (name: string, wanted: string, found: string): Problem => error('type/parameter', `The parameter "${name}" is ${wanted}; it was given ${found}.`);
export const notAColumn = (): Problem => error('type/mapping', 'Here stands the name of a column of the table.', 'Write it in backticks where it has spaces: `` `original email` ``.');
export const noMapping = (source: string): Problem => error('type/mapping', `A dataset from ${source} brings its own fields and questions.`, 'Remove the entry.');
export const mappingWord = (word: string, known: readonly string[]): Problem => error('name/unknown-key', `A table has no "${word} name = column".`, suggest(word, known));
export const questionOptions = (type: string, wanted: string): Problem => error('type/question', `The options of ${an(type)} question are ${wanted}.`);
export const duplicateOption = (value: string): Problem => error('name/duplicate', `The option "${value}" is given twice.`, 'Remove one of them.');
export const usingForm = (): Problem => error('type/using', 'After `using` stands a function of the notebook or "./file.ts#function".');
export const entriesBesideUsing = (task: string): Problem =>
  error('type/using', `The task "${task}" makes its rows by a function: there is nothing that an entry could replace.`, 'Remove the entry, or write a task of entries.');
export const misplacedBlock = (owner: string, name: string): Problem => error('name/unknown-block', `${owner} takes no block "${name}".`);
