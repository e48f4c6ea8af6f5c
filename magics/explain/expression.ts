import type { EntryPlan, ExpressionPlan, LoopPlan } from '../../dsl/index.js';

type Unify = Extract<ExpressionPlan, { op: 'unify' }>;

/** An expression of a plan in the language's own words: what it means after templates and params are filled in. */
export function printExpression(expression: ExpressionPlan): string {
  const print = printExpression;
  switch (expression.op) {
    case 'literal':
      return JSON.stringify(expression.value);
    case 'list':
      return `[${expression.items.map(print).join(', ')}]`;
    case 'text':
      return `"${expression.parts.map((part) => (part.op === 'literal' && typeof part.value === 'string' ? escape(part.value) : `{${print(part)}}`)).join('')}"`;
    case 'field':
      return `field.${name(expression.name)}`;
    case 'field_by_name':
      return `field[${print(expression.name)}]`;
    case 'answer':
    case 'answers':
      return `question.${name(expression.question)}`;
    case 'unify':
      return printUnify(expression);
    case 'suggestion':
      return `suggestion.${name(expression.question)}${expression.part === 'value' ? '' : `.${expression.part}`}`;
    case 'metadata':
      return `metadata.${name(expression.name)}`;
    case 'id':
    case 'annotator':
    case 'status':
      return expression.op;
    case 'variable':
      return name(expression.name);
    case 'bind':
      return print(expression.body);
    case 'call':
      return `${expression.name}(${expression.args.map(print).join(', ')})`;
    case 'not':
      return `not ${print(expression.value)}`;
    case 'negate':
      return `-${print(expression.value)}`;
    case 'conditional':
      return `${print(expression.test)} ? ${print(expression.then)} : ${print(expression.else)}`;
    case 'index':
      return `${print(expression.value)}[${print(expression.index)}]`;
    case 'slice':
      return `${print(expression.value)}[${expression.from ? print(expression.from) : ''}:${expression.to ? print(expression.to) : ''}]`;
    default:
      return `${print(expression.left)} ${expression.op === 'coalesce' ? '??' : expression.op} ${print(expression.right)}`;
  }
}

function printUnify({ question, strategy, ties, statuses }: Unify): string {
  const options = [
    ...(ties === 'first' ? [] : [`ties: ${ties}`]),
    ...(statuses.length === 1 && statuses[0] === 'submitted' ? [] : [`statuses: [${statuses.join(', ')}]`]),
  ];
  return `${name(question)} by ${strategy}${options.length > 0 ? `(${options.join(', ')})` : ''}`;
}

const name = (text: string): string => (/^[A-Za-z_]\w*(?:-[A-Za-z0-9]\w*)*$/.test(text) ? text : `\`${text}\``);
const escape = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll('{', '{{').replaceAll('}', '}}');

/** What a plan's entries say, part by part, for the card that explains a task. */
export interface Explained {
  readonly columns: { readonly name: string; readonly from: string }[];
  readonly unified: { readonly question: string; readonly strategy: string; readonly ties: string; readonly statuses: readonly string[] }[];
  readonly loops: string[];
  readonly conditions: string[];
}

export function explain(entries: readonly EntryPlan[], into: Explained = { columns: [], unified: [], loops: [], conditions: [] }): Explained {
  for (const entry of entries) {
    if (entry.entry === 'where') into.conditions.push(entry.text);
    else if (entry.entry === 'for') {
      into.loops.push(printLoop(entry.loop));
      explain(entry.body, into);
    } else if (entry.entry === 'column') into.columns.push({ name: entry.name, from: printExpression(entry.value) });
    for (const unify of unifications(entry)) {
      if (!into.unified.some((one) => JSON.stringify(one) === JSON.stringify(pick(unify)))) into.unified.push(pick(unify));
    }
  }
  return into;
}

const pick = ({ question, strategy, ties, statuses }: Unify): Explained['unified'][number] => ({ question, strategy, ties, statuses });

function printLoop(loop: LoopPlan): string {
  switch (loop.over) {
    case 'responses': {
      const more = loop.statuses.filter((status) => status !== 'submitted');
      return `${loop.first ? 'first' : 'each'} response${more.length > 0 ? ` including ${more.join(', ')}` : ''}`;
    }
    case 'pairs':
      return `each pair (${loop.better}, ${loop.worse}) in ${printExpression(loop.ranking)}`;
    case 'items':
      return `each ${loop.name} in ${printExpression(loop.list)}`;
  }
}

/** Every unification in an entry itself; those of a loop's body come with the body. */
function unifications(entry: EntryPlan): Unify[] {
  const found: Unify[] = [];
  JSON.stringify(entry.entry === 'for' ? entry.loop : entry, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && (value as { op?: string }).op === 'unify') found.push(value as Unify);
    return value;
  });
  return found;
}
