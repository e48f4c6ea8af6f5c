import { bundle, stack, type Fragment, type MimeBundle } from '../bundle.js';
import { html } from '../html.js';
import { count, duration, number, percent } from '../numbers.js';
import { callout, shareBar, textBar, title } from '../parts.js';
import { visibleLine } from '../visible.js';

export interface TrainingProgressInput {
  readonly training: string;
  readonly framework?: string;
  readonly state: 'waiting' | 'running' | 'finished' | 'failed' | 'stopped';
  readonly step: number;
  /** `null` where it is not known. */
  readonly totalSteps: number | null;
  readonly epoch?: number;
  readonly epochs?: number;
  readonly loss?: number | null;
  /** The newest value of each. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly stepsPerSecond?: number;
  readonly remainingSeconds?: number;
  readonly elapsedSeconds?: number;
  /** Why it failed or stopped; where the model is, when finished. */
  readonly message?: string;
}

/** One line that is replaced while a training runs, and the line that stays when it has ended. */
export function trainingProgressBundle(input: TrainingProgressInput): MimeBundle {
  const about = [
    input.totalSteps === null ? `step ${count(input.step)}` : `step ${count(input.step)}/${count(input.totalSteps)}`,
    input.epoch === undefined
      ? undefined
      : `epoch ${number(input.epoch)}${input.epochs === undefined ? '' : `/${number(input.epochs)}`}`,
    input.loss === undefined || input.loss === null ? undefined : `loss ${number(input.loss)}`,
    ...Object.entries(input.metrics ?? {}).map(([name, value]) => `${name} ${number(value)}`),
    input.state === 'running' && input.stepsPerSecond !== undefined
      ? `${number(input.stepsPerSecond)} steps/s`
      : undefined,
    input.state === 'running' && input.remainingSeconds !== undefined
      ? `${duration(input.remainingSeconds)} left`
      : undefined,
    input.elapsedSeconds === undefined ? undefined : `after ${duration(input.elapsedSeconds)}`,
  ].filter((part) => part !== undefined);
  const name = `${input.training}${input.framework ? ` (${input.framework})` : ''}`;
  if (input.state === 'running' || input.state === 'waiting') return bundle(line(input, name, about));
  const outcome = { finished: 'Finished', failed: 'Failed', stopped: 'Stopped' }[input.state];
  return bundle(
    stack(
      title('training', input.training, input.framework),
      callout(
        `${outcome}: ${about.join(' · ')}${input.message ? `\n${input.message}` : ''}`,
        { finished: 'good', failed: 'bad', stopped: 'warning' }[input.state] as 'good',
      ),
    ),
  );
}

function line(input: TrainingProgressInput, name: string, about: readonly string[]): Fragment {
  const share = input.totalSteps ? input.step / input.totalSteps : 0;
  const words = input.state === 'waiting' ? 'waiting to start' : about.join(' · ');
  return {
    html: html`<div><span style="font-weight:600;margin-right:8px">${name}</span>${input.totalSteps === null ? '' : shareBar(share, 200).html}<span style="margin-left:8px;opacity:0.85">${words}</span></div>`,
    text: `${visibleLine(name)} ${input.totalSteps === null ? '' : `${textBar(share, 20)} ${percent(share)} `}${visibleLine(words)}`,
  };
}
