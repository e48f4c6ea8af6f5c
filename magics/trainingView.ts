import type { CellIO } from '../kernel/cell.js';
import {
  confusionMatrix, evaluationReportBundle, figureBundleWithoutSvg, renderFigure, tableBundle, trainingCurves, trainingProgressBundle,
  type Curve, type TrainingProgressInput,
} from '../runtime/display/index.js';
import type { RunEvent } from '../runtime/run/event.js';

/** Figures of the optimizer and of the text alone: they stand in the run's events, and are not drawn. */
const notDrawn = /^(grad_norm|.*learning_rate|lr|eps|episode|num_tokens|entropy|(logps|logits|policy|val)\/.*|(min|max|mean)_reward|rewards\/(chosen|rejected)|objective\/(entropy|non_score_reward))$/;

/** What a model is compared with, by the kind of its task; in all others with itself before training. */
const baselines: Readonly<Record<string, string>> = { text_classification: 'majority class', token_classification: 'no spans' };

/** Generated texts that are shown at once; the newest ones. */
const maxSamples = 6;

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** What a training shows while it runs: a line of progress, the curves, what it writes, and at the end its evaluation. */
export class TrainingView {
  readonly #progress;
  readonly #losses = new Map<string, { step: number; value: number }[]>();
  readonly #metrics = new Map<string, { step: number; value: number }[]>();
  readonly #samples: Of<'sample'>[] = [];
  readonly #baselineName: string;
  #state: TrainingProgressInput;
  #curves: ReturnType<CellIO['display']> | undefined;
  #texts: ReturnType<CellIO['display']> | undefined;
  #baseline: { name: string; value: number } | undefined;
  #evaluated: Of<'evaluated'> | undefined;
  #drawn = 0;

  constructor(
    private readonly training: string,
    { framework, kind }: { readonly framework: string; readonly kind: string },
    private readonly io: CellIO,
  ) {
    this.#baselineName = baselines[kind] ?? 'before training';
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
      case 'sample':
        this.#samples.push(event);
        this.#draw(false);
        break;
      case 'log':
        this.io.write(event.level === 'warning' ? 'stderr' : 'stdout', `${event.message}\n`);
        break;
      case 'evaluated':
        if (event.split === 'test') this.#evaluated = event;
        if (typeof event.baseline?.['accuracy'] === 'number') this.#baseline = { name: `accuracy, ${this.#baselineName}`, value: event.baseline['accuracy'] };
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
      case 'checkpoint':
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
    this.#drawSamples();
    if (this.#evaluated) await this.#report(this.#evaluated);
  }

  #update(change: Partial<TrainingProgressInput>): void {
    this.#state = { ...this.#state, ...change };
    this.#draw(change.state !== undefined);
  }

  #point({ name, value, step, split }: Of<'metric'>): void {
    if (value === null || notDrawn.test(name)) return;
    const of = /loss/.test(name) ? this.#losses : this.#metrics;
    const label = `${split === 'test' ? 'test ' : ''}${name}`;
    const points = of.get(label) ?? [];
    points.push({ step, value });
    of.set(label, points);
    if (name === 'loss' && split === 'train') this.#state = { ...this.#state, loss: value };
    this.#draw(false);
  }

  /** At most four times a second: a front end must not drown in updates. */
  #draw(now: boolean): void {
    if (!now && performance.now() - this.#drawn < 250) return;
    this.#drawn = performance.now();
    this.#progress.update(trainingProgressBundle(this.#state));
    if (this.#losses.size + this.#metrics.size > 0) {
      const bundle = figureBundleWithoutSvg(this.#figure());
      if (this.#curves) this.#curves.update(bundle);
      else this.#curves = this.io.display(bundle);
    }
    this.#drawSamples();
  }

  #drawSamples(): void {
    if (this.#samples.length === 0) return;
    const bundle = tableBundle({
      caption: `${this.training}: what the model writes`,
      columns: ['step', 'prompt', 'text'],
      rows: this.#samples.slice(-maxSamples).map(({ step, prompt, text }) => [step, prompt, text]),
      plain: true,
      maxCell: 400,
    });
    if (this.#texts) this.#texts.update(bundle);
    else this.#texts = this.io.display(bundle);
  }

  #figure() {
    const curves = (of: ReadonlyMap<string, Curve['points']>): Curve[] => [...of].map(([name, points]) => ({ name, points }));
    return trainingCurves({ training: this.training, losses: curves(this.#losses), metrics: curves(this.#metrics), ...(this.#baseline && { baseline: this.#baseline }) });
  }

  async #report({ rows, metrics, baseline, per_class, confusion }: Of<'evaluated'>): Promise<void> {
    this.io.display(
      evaluationReportBundle({
        training: this.training,
        rows,
        what: 'test rows',
        metrics: Object.entries(metrics).map(([name, value]) => ({ name, value, ...(baseline && { baseline: baseline[name] ?? null }) })),
        baseline: this.#baselineName,
        ...(per_class && { perClass: per_class }),
      }),
    );
    if (confusion) this.io.display(await renderFigure(confusionMatrix(confusion)));
  }
}
