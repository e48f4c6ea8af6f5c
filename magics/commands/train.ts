import { cp } from 'node:fs/promises';
import type { TrainingPlan } from '../../dsl/index.js';
import type { Run } from '../../runtime/run/run.js';
import { command, type CommandContext } from '../command.js';
import { offerEnvironment } from '../installEnvironment.js';
import { TrainingView } from '../trainingView.js';
import { programOptions } from './programOptions.js';

export const train = command({
  name: 'train',
  summary: 'Trains, with live progress, metrics and the result against a baseline.',
  program: true,
  arguments: [{ name: 'training', doc: 'Name of a training.', names: 'training' }],
  options: {
    ...programOptions,
    dataset: { type: 'text', doc: 'The data, where neither task nor training name it.' },
    output_dir: { type: 'text', doc: 'Also copies the finished run into this folder.', only: 'terminal' },
  },
  returns: 'import("tasklab").Run',
  examples: ['%train topic_model', 'tasklab train support.task topic_model'],
  async run({ args, options }, context) {
    const { output_dir: output } = options;
    if (output !== undefined) {
      // Asked before anything is trained.
      const [{ needFree }, { manifestPath }] = await Promise.all([import('../../runtime/files/needFree.js'), import('../../runtime/run/manifest.js')]);
      await needFree(output, manifestPath);
    }
    const run = await trainFirst(args[0]!, options.dataset, context);
    if (run && output !== undefined) {
      const { writeFolderAtomic } = await import('../../runtime/files/atomic.js');
      await writeFolderAtomic(output, (folder) => cp(run.folder, folder, { recursive: true }), { signal: context.io.signal });
      context.io.write('stdout', `Copied the run into ${output}.\n`);
    }
    return run;
  },
});

/** Trains what a training starts from, where that has no finished run, and then the training itself. */
async function trainFirst(name: string, dataset: string | undefined, context: CommandContext): Promise<Run | undefined> {
  const { session, io } = context;
  // What is wrong with the training is said before anything else is trained for it.
  const { plan } = session.training(name);
  const { frameworkNamed } = await import('../../runtime/frameworks/index.js');
  const { environment } = frameworkNamed(plan.framework);
  if (environment) await offerEnvironment(environment, io);
  for (const needed of startsFrom(plan)) {
    if (await session.runs.newest(needed)) continue;
    io.write('stdout', `"${name}" starts from "${needed}", which has no finished run: that is trained first.\n`);
    await trainFirst(needed, dataset, context);
  }
  return trainOne(name, dataset, context);
}

const startsFrom = ({ model, rewardModel }: TrainingPlan): string[] => [model, rewardModel].flatMap((one) => (one && 'training' in one ? [one.training] : []));

async function trainOne(name: string, dataset: string | undefined, { session, io, surface }: CommandContext): Promise<Run | undefined> {
  const { plan, trainer } = session.training(name);
  const prepared = await session.prepare(plan.task, { trainSize: plan.trainSize, seed: plan.seed, signal: io.signal }, dataset ?? plan.dataset);
  const { train: rows, test } = prepared.counts;
  const dropped = prepared.dropped.reduce((sum, { count }) => sum + count, 0);
  io.write('stdout', `${rows.rows} training rows, ${test.rows} test rows${dropped > 0 ? `; ${dropped} dropped, and prepare says why` : ''}.\n`);
  const view = new TrainingView(name, { framework: plan.framework, kind: trainer.kind }, io);
  // A notebook may be closed: there the run goes on by itself. A terminal's Ctrl-C stops it.
  const onAbort = surface === 'terminal' ? 'stop' : 'detach';
  let saidLeftOut = false;
  try {
    for await (const event of trainer.train(prepared, { signal: io.signal, onAbort })) {
      if (!saidLeftOut) for (const { reason, count } of trainer.leftOut) io.write('stderr', `${count} rows are left out for ${plan.framework}: ${reason}.\n`);
      saidLeftOut = true;
      view.add(event);
    }
  } catch (error) {
    if (!io.signal.aborted || !trainer.run || onAbort === 'stop') {
      await view.finish();
      throw error;
    }
    // Said at once: an interrupted cell has little time left.
    io.write('stderr', `The run "${trainer.run.name}" goes on. %runs shows it, %attach ${trainer.run.name} follows it, %stop ${trainer.run.name} ends it.\n`);
    throw error;
  }
  await view.finish();
  return trainer.run;
}
