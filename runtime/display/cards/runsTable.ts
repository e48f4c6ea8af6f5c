import { bundle, type MimeBundle } from '../bundle.js';
import { count, counted, number, percent } from '../numbers.js';
import { own } from '../own.js';
import { badge, callout, inline, type Tone } from '../parts.js';
import { table } from '../table.js';

export interface RunsTableInput {
  readonly runs: readonly {
    readonly name: string;
    readonly training: string;
    readonly framework: string;
    readonly state: 'waiting' | 'running' | 'finished' | 'failed' | 'stopped' | 'lost';
    readonly step?: number;
    readonly totalSteps?: number | null;
    readonly rows?: number;
    /** The metric that the run is judged by, and its newest value. */
    readonly metric?: { readonly name: string; readonly value: number };
    }[];
}

const TONES: Readonly<Record<string, Tone>> = { finished: 'good', failed: 'bad', lost: 'bad', stopped: 'warning' };

/** The runs of this project, as given. */
export function runsTableBundle(input: RunsTableInput): MimeBundle {
  if (input.runs.length === 0) return bundle(callout('There is no run yet; train makes one.', 'neutral'));
  return bundle(
    table({
      columns: [
        'run',
        'training',
        'framework',
        'state',
        { name: 'progress', align: 'right' },
        { name: 'rows', align: 'right' },
        'metric',
      ],
      rows: input.runs.map((run) => [
        run.name,
        run.training,
        run.framework,
        inline(badge(run.state, own(TONES, run.state) ?? 'neutral')),
        run.step === undefined ? '–' : run.totalSteps ? percent(run.step / run.totalSteps) : `step ${count(run.step)}`,
        run.rows === undefined ? '–' : count(run.rows),
        run.metric ? `${run.metric.name} ${number(run.metric.value)}` : '–',
      ]),
      caption: counted(input.runs.length, 'run'),
      plain: true,
      maxRows: 100,
    }),
  );
}
