import { command } from '../command.js';
import { programOptions } from './programOptions.js';

export const prepare = command({
  name: 'prepare',
  summary: 'Makes the rows of a task: counts, what was dropped and why, the rows as a framework gets them.',
  program: true,
  arguments: [{ name: 'task', doc: 'Name of a task.', names: 'task' }],
  options: {
    ...programOptions,
    dataset: { type: 'text', doc: 'The data, where the task does not name it.' },
    framework: { type: 'text', doc: 'For which framework: --format jsonl and --out give the rows as it reads them.' },
    train_size: { type: 'number', doc: 'Share of the records for training; rows of one record stay together.', default: 1 },
    seed: { type: 'integer', doc: 'Seed of the split and of random ties.', default: 42 },
    format: { type: 'text', doc: 'jsonl: the rows, one JSON object a line, and nothing else.', choices: ['text', 'jsonl'], default: 'text', only: 'terminal' },
    split: { type: 'text', doc: 'Which rows --format jsonl prints.', choices: ['train', 'test'], default: 'train', only: 'terminal' },
    ids: { type: 'flag', doc: 'Adds id and record to each row of --format jsonl.', only: 'terminal' },
    out: { type: 'text', doc: 'Writes Arrow files and a manifest into this folder; with --framework the rows as it reads them as JSON lines too.', only: 'terminal' },
  },
  returns: 'import("tasklab").Prepared',
  examples: ['%prepare topic_task --train-size 0.8 --seed 42', 'const prepared = %prepare topic_task', 'tasklab prepare support.task topic_task --format jsonl'],
  async run({ args, options }, { session, io }) {
    const { frameworkNamed } = await import('../../runtime/frameworks/index.js');
    const { layOut, layoutFor, writeLaidOut } = await import('../../runtime/layouts/index.js');
    const { preparedBundle } = await import('../../runtime/show/prepared.js');
    const { framework } = options;
    if (framework !== undefined) {
      frameworkNamed(framework);
      layoutFor(framework, session.taskPlan(args[0]!, options.dataset).kind);
    }
    const prepared = await session.prepare(args[0]!, { trainSize: options.train_size, seed: options.seed, signal: io.signal }, options.dataset);
    const laid = framework === undefined ? undefined : layOut(prepared, framework);
    if (options.format === 'jsonl') {
      const side = options.split === 'test' ? 'test' : 'train';
      for (const row of laid ? laid[side]() : options.ids ? prepared[side].withOrigin() : prepared[side]) io.write('stdout', `${JSON.stringify(row)}\n`);
      for (const { reason, count } of laid?.dropped() ?? []) io.write('stderr', `warning: ${count} rows are left out for ${framework}: ${reason}.\n`);
      return undefined;
    }
    if (options.out !== undefined) {
      await prepared.copyTo(options.out, { signal: io.signal });
      if (laid) await writeLaidOut(laid, options.out);
      for (const { reason, count } of laid?.dropped() ?? []) io.write('stderr', `warning: ${count} rows are left out for ${framework}: ${reason}.\n`);
    }
    for (const { message } of prepared.warnings) io.write('stderr', `warning: ${message}\n`);
    io.display(preparedBundle(prepared, framework));
    return prepared;
  },
});
