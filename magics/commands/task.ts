import { readFileSync } from 'node:fs';
import { parse, printDiagnostic, readProgram, type Declaration, type Plan } from '../../dsl/index.js';
import { declarationsCardBundle, type DeclarationsCardInput } from '../../runtime/display/index.js';
import { UserError } from '../../runtime/error.js';
import { functionChecks } from '../bind/functionType.js';
import { command } from '../command.js';
import { checkedRows, explainTask } from '../explain/task.js';
import { explain } from '../explain/words.js';
import { isVariable } from '../isVariable.js';
import type { Session } from '../session.js';

/** TypeScript's type of the variable that a declaration becomes. */
function variableType({ kind, syntax }: Declaration): string {
  switch (kind) {
    case 'param':
      return 'any';
    case 'dataset':
      return 'import("tasklab").FeedbackDataset';
    case 'template': {
      const parameters = syntax.kind === 'Template' ? syntax.parameters : [];
      return `(${parameters.map(({ name }, i) => `${isVariable(name.text) ? name.text : `_${i}`}${parameters.slice(i).every((one) => one.value) ? '?' : ''}: import("tasklab").TemplateValue`).join(', ')}) => string`;
    }
    case 'task':
      return 'import("tasklab").TrainingTask';
    case 'training':
      return 'import("tasklab").Trainer';
  }
}

export const task = command({
  name: 'task',
  summary: 'Declares data sets, templates, tasks and trainings; %task NAME explains a task.',
  body: 'program',
  program: true,
  arguments: [{ name: 'task', doc: 'The task that is explained.', names: 'task', optional: true }],
  options: {
    param: { type: 'pairs', short: 'p', doc: 'Value of a param, before the one that is written.' },
    dataset: { type: 'text', doc: 'The data, where the task does not name it.' },
    rows: { type: 'integer', doc: 'How many rows are shown with where their values came from.', default: 3 },
    json: { type: 'flag', doc: 'Prints the explanation as JSON.', only: 'terminal' },
  },
  examples: ['%%task', '%task topic_task', '%task topic_task --rows 5', 'tasklab task support.task topic_task'],
  declares(body) {
    const { declarations } = readProgram({ name: 'cell', text: body, lineOffset: 1 }, (path) => readFileSync(path, 'utf8'));
    // A later declaration of a name is the one that counts.
    const types = new Map(declarations.filter(({ name }) => isVariable(name)).map((one) => [one.name, variableType(one)]));
    return [...types].map(([name, type]) => ({ name, type }));
  },
  checks: (body) => functionChecks(parse({ name: 'cell', text: body, lineOffset: 1 }).declarations),
  async run({ args, options, body }, context) {
    const { session, io } = context;
    if (body === undefined) {
      if (args[0] === undefined) throw new UserError('command/usage', 'Which task is to be explained?', context.surface === 'terminal' ? 'Write tasklab task FILE.task NAME.' : 'Write %task NAME, or %%task on the first line of a cell that declares.');
      return explainTask(args[0], { dataset: options.dataset, params: options.param, rows: checkedRows(options.rows), json: options.json ?? false }, context);
    }
    const before = new Set(Object.keys(session.declared));
    const { names, diagnostics } = await session.declare(body, options.param);
    const warnings = diagnostics.map((d) => printDiagnostic(d));
    if (warnings.length > 0) io.write('stderr', `${warnings.join('\n\n')}\n`);
    io.display(declarationsCardBundle({ declarations: names.map(({ name, kind }) => ({ ...describe(session.plan, name, kind), replaced: before.has(name) })) }));
    return variables(session, names);
  },
});

type Described = DeclarationsCardInput['declarations'][number];

function describe({ params, datasets, templates, tasks, trainings }: Plan, name: string, kind: Declaration['kind']): Described {
  const base = { declaration: kind, name };
  switch (kind) {
    case 'param':
      return { ...base, summary: JSON.stringify(params[name]) };
    case 'dataset': {
      const { source, argument } = datasets[name]!;
      return { ...base, summary: `from ${source} "${argument}"` };
    }
    case 'task': {
      const plan = tasks[name];
      if (!plan) return { ...base, checks: 'is checked in full once its data set is loaded' };
      const explained = explain(plan);
      const columns = explained.columns.map((column) => [column.name, column.from] as const);
      const conditions = explained.conditions.map((text) => ['where', text] as const);
      return { ...base, summary: `${plan.kind}${plan.dataset === undefined ? '' : ` on ${plan.dataset}`}`, details: [...columns, ...conditions], checks: plan.dataset === undefined ? 'checked' : `checked against ${plan.dataset}` };
    }
    case 'training': {
      const plan = trainings[name];
      if (!plan) return { ...base, checks: 'is checked in full once its data set is loaded' };
      const { task, framework, trainSize, seed, options } = plan;
      return {
        ...base,
        summary: `${task} with ${framework}`,
        details: [['train size', trainSize ?? '1 (all records)'], ['seed', seed ?? '42 (default)'], ...Object.entries(options).map(([key, value]) => [key, JSON.stringify(value)] as const)],
      };
    }
    case 'template': {
      const parameters = templates[name]?.parameters.map((one) => `${one.name}${one.default ? '?' : ''}`);
      return { ...base, ...(parameters && { summary: parameters.length > 0 ? `of ${parameters.join(', ')}` : 'without parameters' }) };
    }
  }
}

/** The objects behind the declarations, for the cell's variables; loads no records. */
async function variables(session: Session, names: readonly { name: string; kind: Declaration['kind'] }[]): Promise<Record<string, unknown>> {
  const { templateFunction } = await import('../../runtime/task/template.js');
  const values: Record<string, unknown> = {};
  for (const { name, kind } of names) {
    if (kind === 'param') values[name] = session.plan.params[name];
    if (kind === 'template' && session.plan.templates[name]) values[name] = templateFunction(session.plan.templates[name]);
    if (kind === 'dataset') values[name] = await session.dataset(name);
    if (kind === 'task' && session.plan.tasks[name]) values[name] = await session.task(name);
    if (kind === 'training' && session.plan.trainings[name]) values[name] = trainerOf(session, name);
  }
  return values;
}

/** Nothing where its launcher is not there yet: `%train` says so. */
function trainerOf(session: Session, name: string): unknown {
  try {
    return session.training(name).trainer;
  } catch (error) {
    if (error instanceof UserError && error.code.endsWith('/not-available')) return undefined;
    throw error;
  }
}
