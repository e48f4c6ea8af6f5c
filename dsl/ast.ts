import type { Diagnostic } from './diagnostics.js';
import type { Source, Span } from './source.js';

interface Node<K extends string> {
  readonly kind: K;
  readonly span: Span;
}

export interface Name extends Node<'Name'> {
  readonly text: string;
}
export interface LiteralNode extends Node<'Literal'> {
  readonly value: string | number | boolean | null;
}
/** A text with holes; one without is a literal. */
export interface Text extends Node<'Text'> {
  readonly parts: readonly (string | Expression)[];
}
export interface List extends Node<'List'> {
  readonly items: readonly Expression[];
}
/** `metadata.source`, `suggestion.label.score`. */
export interface Member extends Node<'Member'> {
  readonly object: Expression;
  readonly member: Name;
}
export interface Argument {
  readonly name?: Name;
  readonly value: Expression;
}
/** `f(x, a: y)`; a pipe `x | f(a: y)` is the same call with `x` first. */
export interface Call extends Node<'Call'> {
  readonly callee: Name;
  readonly args: readonly Argument[];
}
export interface Index extends Node<'Index'> {
  readonly object: Expression;
  readonly index: Expression;
}
export interface Slice extends Node<'Slice'> {
  readonly object: Expression;
  readonly from?: Expression;
  readonly to?: Expression;
}
/** `question by strategy(options)`. */
export interface By extends Node<'By'> {
  readonly question: Expression;
  readonly strategy: Name;
  readonly options: readonly Argument[];
}
export interface Unary extends Node<'Unary'> {
  readonly operator: 'not' | '-' | '+';
  readonly value: Expression;
}
export type BinaryOperator = '??' | 'or' | 'and' | 'in' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/';
export interface Binary extends Node<'Binary'> {
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}
export interface Conditional extends Node<'Conditional'> {
  readonly test: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}
/** Text that could not be read; it is reported already, so later phases stay silent about it. */
export interface Missing extends Node<'Missing'> {}

export type Expression =
  | Name | LiteralNode | Text | List | Member | Call | Index | Slice | By | Unary | Binary | Conditional | Missing;

/** Entries keep their source, since `extends` mixes those of several cells. */
interface EntryNode<K extends string> extends Node<K> {
  readonly source: Source;
}
export interface LetEntry extends EntryNode<'Let'> {
  readonly name: Name;
  readonly value: Expression;
}
/** `column = value`; also a setting of the task such as `dedupe = true`. */
export interface ColumnEntry extends EntryNode<'Column'> {
  readonly name: Name;
  readonly value: Expression;
}
export interface WhereEntry extends EntryNode<'Where'> {
  readonly test: Expression;
}
export interface ForEntry extends EntryNode<'For'> {
  /** `for each response including draft`, without the block. */
  readonly head: Span;
  readonly first: boolean;
  /** `response`, `pair`, or the variable of an item loop. */
  readonly subject: Name;
  readonly pair?: readonly Name[];
  readonly including: readonly Name[];
  readonly over?: Expression;
  readonly body: readonly TaskEntry[];
}
export type TaskEntry = LetEntry | ColumnEntry | WhereEntry | ForEntry;

export interface QuestionType {
  readonly name: Name;
  readonly args: readonly Expression[];
  /** `rating(1 to 5)`: the end of the range. */
  readonly to?: Expression;
  readonly field?: Name;
}
/** `record = column`, `revision = "main"`. */
export interface SettingEntry extends EntryNode<'Setting'> {
  readonly name: Name;
  readonly value: Expression;
}
/** `field name = column`, `question name: type = column`, `suggestion name = column`, `metadata name = column`. */
export interface MappingEntry extends EntryNode<'Mapping'> {
  readonly role: Name;
  readonly name: Name;
  readonly type?: QuestionType;
  readonly column: Expression;
}
/** `options { … }`, `launch ray { … }`. */
export interface BlockEntry extends EntryNode<'Block'> {
  readonly name: Name;
  readonly target?: Name;
  readonly entries: readonly (SettingEntry | BlockEntry)[];
}

interface DeclarationNode<K extends string> extends Node<K> {
  readonly name: Name;
}
export interface ParamNode extends DeclarationNode<'Param'> {
  readonly value: Expression;
}
export interface DatasetNode extends DeclarationNode<'Dataset'> {
  readonly from: Name;
  readonly argument?: Expression;
  readonly entries: readonly (SettingEntry | MappingEntry)[];
}
export interface TemplateNode extends DeclarationNode<'Template'> {
  readonly parameters: readonly { readonly name: Name; readonly value?: Expression }[];
  readonly body: Expression;
}
export interface TaskNode extends DeclarationNode<'Task'> {
  readonly parent?: Name;
  readonly type?: Name;
  readonly on?: Name;
  readonly using?: Expression;
  readonly entries: readonly TaskEntry[];
}
export interface TrainingNode extends DeclarationNode<'Training'> {
  readonly parent?: Name;
  readonly entries: readonly (SettingEntry | BlockEntry)[];
}
export type DeclarationSyntax = ParamNode | DatasetNode | TemplateNode | TaskNode | TrainingNode;

export type DeclarationKind = 'param' | 'dataset' | 'template' | 'task' | 'training';

/** One declaration as it was read, with where it was read. */
export interface Declaration {
  readonly name: string;
  readonly kind: DeclarationKind;
  readonly source: Source;
  readonly span: Span;
  readonly syntax: DeclarationSyntax;
  /** Has syntax errors, which `parse` reported: its name is known, its meaning is not. */
  readonly broken: boolean;
}

/** `include "other.task"`: the caller reads the file and parses it. */
export interface Include {
  readonly path: string;
  readonly source: Source;
  readonly span: Span;
}

export interface Parsed {
  readonly declarations: readonly Declaration[];
  readonly includes: readonly Include[];
  readonly diagnostics: readonly Diagnostic[];
}
