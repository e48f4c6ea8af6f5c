import { runsTableBundle } from '../../runtime/display/index.js';
import type { RunEvent } from '../../runtime/run/event.js';
import type { Run } from '../../runtime/run/run.js';
import { command } from '../command.js';

export const runs = command({
  name: 'runs',
  summary: 'Lists the runs: what was trained, how it ended.',
  arguments: [],
  options: { json: { type: 'flag', doc: 'Prints one JSON object a line.', only: 'terminal' } },
  examples: ['%runs'],
  async run({ options }, { session, io }) {
    const rows = await Promise.all((await session.runs.list()).map(summary));
    if (options.json) for (const row of rows) io.write('stdout', `${JSON.stringify(row)}\n`);
    else io.display(runsTableBundle({ runs: rows }));
  },
});

/** How far a run is, or came. */
async function lastProgress(run: Run): Promise<Extract<RunEvent, { type: 'progress' }> | undefined> {
  let last: Extract<RunEvent, { type: 'progress' }> | undefined;
  for await (const event of run.events({ follow: false })) if (event.type === 'progress') last = event;
  return last;
}

async function summary(run: Run) {
  const { training, framework } = await run.job();
  const status = await run.status();
  const manifest = status === 'finished' ? await run.manifest() : undefined;
  const [metric] = Object.entries(manifest?.metrics ?? {}).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  const progress = status === 'finished' || status === 'created' ? undefined : await lastProgress(run);
  return {
    name: run.name, training, framework, state: status === 'created' ? ('waiting' as const) : status,
    ...(progress && { step: progress.step, totalSteps: progress.total }), ...(manifest && { rows: manifest.rows.train }), ...(metric && { metric }),
  };
}
