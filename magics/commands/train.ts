import { cp } from 'node:fs/promises';
import type { CellIO } from '../../kernel/cell.js';
import {
  confusionMatrix, evaluationReportBundle, figureBundleWithoutSvg, renderFigure, trainingCurves, trainingProgressBundle,
  type Curve, type TrainingProgressInput,
} from '../../runtime/display/index.js';
import type { RunEvent } from '../../runtime/run/event.js';
import { command } from '../command.js';
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
  async run({ args, options }, { session, io, surface }) {
    const name = args[0]!;
    const { plan, trainer } = session.training(name);
    const prepared = await session.prepare(plan.task, { trainSize: plan.trainSize, seed: plan.seed, signal: io.signal }, options.dataset ?? plan.dataset);
    const { train: rows, test } = prepared.counts;
    const dropped = prepared.dropped.reduce((sum, { count }) => sum + count, 0);
    io.write('stdout', `${rows.rows} training rows, ${test.rows} test rows${dropped > 0 ? `; ${dropped} dropped, and prepare says why` : ''}.\n`);
    const view = new TrainingView(name, plan.framework, io);
    // A notebook may be closed: there the run goes on by itself. A terminal's Ctrl-C stops it.
    const onAbort = surface === 'terminal' ? 'stop' : 'detach';
    try {
      for await (const event of trainer.train(prepared, { signal: io.signal, onAbort })) view.add(event);
    } catch (error) {
      if (!io.signal.aborted || !trainer.run || onAbort === 'stop') {
        await view.finish();
        throw error;
      }
      // Said at once: an interrupted cell has little time left.
      io.write('stderr', `The run "${trainer.run.name}" goes on. %runs shows it, %stop ${trainer.run.name} ends it.\n`);
      throw error;
    }
    await view.finish();
    const { run } = trainer;
    if (run && options.output_dir !== undefined) {
      const { writeFolderAtomic } = await import('../../runtime/files/atomic.js');
      await writeFolderAtomic(options.output_dir, (folder) => cp(run.folder, folder, { recursive: true }), { signal: io.signal });
      io.write('stdout', `Copied the run into ${options.output_dir}.\n`);
    }
    return run;
  },
});

/** What a training shows while it runs: one line of progress, the curves, and at the end its evaluation. */
class TrainingView {
  readonly #progress;
  readonly #losses = new Map<string, { step: number; value: number }[]>();
  readonly #metrics = new Map<string, { step: number; value: number }[]>();
  #state: TrainingProgressInput;
  #curves: ReturnType<CellIO['display']> | undefined;
  #baseline: { name: string; value: number } | undefined;
  #evaluated: Extract<RunEvent, { type: 'evaluated' }> | undefined;
  #drawn = 0;

  constructor(
    private readonly training: string,
    framework: string,
    private readonly io: CellIO,
  ) {
    this.#state = { training, framework, state: 'waiting', step: 0, totalSteps: null };
    this.#progress = io.display(trainingProgressBundle(this.#state));
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case 'started':
        this.#update({ state: 'running', totalSteps: event.total });
        break;
      case 'progress':
        this.#update({ step: event.step, totalSteps: event.total, ...(event.epoch !== null && { epoch: event.epoch }) });
        break;
      case 'metric':
        this.#point(event);
        break;
      case 'log':
        this.io.write(event.level === 'warning' ? 'stderr' : 'stdout', `${event.message}\n`);
        break;
      case 'evaluated':
        if (event.split === 'test') this.#evaluated = event;
        if (typeof event.baseline?.['accuracy'] === 'number') this.#baseline = { name: 'majority class', value: event.baseline['accuracy'] };
        break;
      case 'finished':
        this.#update({ state: 'finished' });
        break;
      case 'stopped':
        this.#update({ state: 'stopped', message: event.reason });
        break;
      case 'failed':
        this.#update({ state: 'failed', message: event.message });
        break;
    }
  }

  /** The last state of everything, drawn to stay. */
  async finish(): Promise<void> {
    this.#progress.update(trainingProgressBundle(this.#state));
    if (this.#losses.size + this.#metrics.size > 0) {
      const bundle = await renderFigure(this.#figure());
      if (this.#curves) this.#curves.update(bundle);
      else this.io.display(bundle);
    }
    if (this.#evaluated) await this.#report(this.#evaluated);
  }

  #update(change: Partial<TrainingProgressInput>): void {
    this.#state = { ...this.#state, ...change };
    this.#draw(change.state !== undefined);
  }

  #point({ name, value, step, split }: Extract<RunEvent, { type: 'metric' }>): void {
    if (value === null) return;
    const of = /loss/.test(name) ? this.#losses : this.#metrics;
    const label = `${split === 'test' ? 'test ' : ''}${name}`;
    of.set(label, [...(of.get(label) ?? []), { step, value }]);
    if (name === 'loss' && split === 'train') this.#state = { ...this.#state, loss: value };
    this.#draw(false);
  }

  /** At most four times a second: a front end must not drown in updates. */
  #draw(now: boolean): void {
    if (!now && performance.now() - this.#drawn < 250) return;
    this.#drawn = performance.now();
    this.#progress.update(trainingProgressBundle(this.#state));
    if (this.#losses.size + this.#metrics.size === 0) return;
    const bundle = figureBundleWithoutSvg(this.#figure());
    if (this.#curves) this.#curves.update(bundle);
    else this.#curves = this.io.display(bundle);
  }

  #figure() {
    const curves = (of: ReadonlyMap<string, Curve['points']>): Curve[] => [...of].map(([name, points]) => ({ name, points }));
    return trainingCurves({ training: this.training, losses: curves(this.#losses), metrics: curves(this.#metrics), ...(this.#baseline && { baseline: this.#baseline }) });
  }

  async #report({ rows, metrics, baseline, per_class, confusion }: Extract<RunEvent, { type: 'evaluated' }>): Promise<void> {
    this.io.display(
      evaluationReportBundle({
        training: this.training,
        rows,
        what: 'test rows',
        metrics: Object.entries(metrics).map(([name, value]) => ({ name, value, ...(baseline && { baseline: baseline[name] ?? null }) })),
        baseline: 'majority class',
        ...(per_class && { perClass: per_class }),
      }),
    );
    if (confusion) this.io.display(await renderFigure(confusionMatrix(confusion)));
  }
}
