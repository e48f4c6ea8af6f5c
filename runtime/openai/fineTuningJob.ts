/** A fine-tuning job at the service, followed by its events and cancelled; `startJob.ts` starts it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../error.js';
import type { NewEvent } from '../run/event.js';
import type { Service } from './service.js';

const RemoteJob = z.object({
  id: z.string().min(1),
  /** Servers have words of their own for jobs that are not over; `succeeded`, `failed` and `cancelled` end one. */
  status: z.string(),
  fine_tuned_model: z.string().nullish(),
  error: z.object({ message: z.string().nullish() }).nullish(),
});
const RemoteEvent = z.object({ id: z.string(), created_at: z.number(), level: z.string().nullish(), message: z.string(), data: z.unknown() });
type RemoteEvent = z.infer<typeof RemoteEvent>;
const EventPage = z.object({ data: z.array(RemoteEvent), has_more: z.boolean().nullish() });
const Metrics = z.looseObject({ step: z.int().nonnegative(), total_steps: z.int().nonnegative().nullish() });

/** Between two looks, in milliseconds: short at first, longer while nothing happens. */
const firstPauseMs = 250;
const longestPauseMs = 10_000;
/** So many looks one after the other may fail: a training of hours outlives a lost connection and a broken answer. */
const maxFailures = 5;
/** A worker that is to stop has little time. */
const cancelTimeoutMs = 5_000;

/**
 * Tells what happens to a job until it is over. Gives the fine-tuned model's name. Throws `service/job-failed`, `service/job-cancelled`;
 * `service/…` where it cannot be followed any more, and then says that it goes on.
 */
export async function followJob(service: Service, id: string, emit: (event: NewEvent) => void, signal: AbortSignal): Promise<string> {
  const known = new Set<string>();
  let status = '';
  let failures = 0;
  for (let pause = firstPauseMs; ; ) {
    const looked = await look(service, id, known, signal).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      if (!isPassing(error) || ++failures === maxFailures) throw new UserError(error.code, error.message, `The job "${id}" goes on at the service. ${howToCancel(id)}`, { cause: error });
      emit({ type: 'log', level: 'warning', message: `${error.message} It is asked again.` });
      return undefined;
    });
    if (looked) {
      const { job, events } = looked;
      failures = 0;
      for (const event of events) tell(event, emit);
      if (job.status === 'succeeded') return modelOf(job);
      if (job.status === 'failed') {
        throw new UserError('service/job-failed', `The service's job "${id}" failed: ${job.error?.message?.replace(/\.$/, '') || 'it does not say why'}.`);
      }
      if (job.status === 'cancelled') throw new UserError('service/job-cancelled', `The service's job "${id}" was cancelled at the service.`, 'Train again.');
      pause = events.length > 0 || job.status !== status ? firstPauseMs : Math.min(longestPauseMs, pause * 1.5);
      status = job.status;
    }
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** How a job is, and its events that are not known yet. */
async function look(service: Service, id: string, known: Set<string>, signal: AbortSignal): Promise<{ job: z.infer<typeof RemoteJob>; events: RemoteEvent[] }> {
  // The job first: what it has told when it is over is there to be read then.
  const job = await service.ask(RemoteJob, { to: 'tell of the job', signal }, (client, own) => client.fineTuning.jobs.retrieve(id, { signal: own }));
  return { job, events: await newEvents(service, id, known, signal) };
}

/** For people whose job nobody follows any more. */
export const howToCancel = (id: string): string => `It costs money until it is over: cancel it on the service's own pages, or with POST /fine_tuning/jobs/${id}/cancel.`;

/** Ends a job at the service; says whether it is certain. */
export async function cancelJob(service: Service, id: string): Promise<boolean> {
  return service.reach({ to: 'cancel the job' }, (client) => client.fineTuning.jobs.cancel(id, { timeout: cancelTimeoutMs, maxRetries: 1 })).then(() => true, () => false);
}

const isPassing = ({ code }: UserError): boolean => ['service/unreachable', 'service/unavailable', 'service/busy', 'service/unexpected-answer'].includes(code);

function modelOf({ id, fine_tuned_model: model }: z.infer<typeof RemoteJob>): string {
  if (model) return model;
  throw new UserError('service/unexpected-answer', `The service's job "${id}" succeeded, but names no model.`);
}

/** Events come newest first, in pages; those that are new, oldest first. */
async function newEvents(service: Service, id: string, known: Set<string>, signal: AbortSignal): Promise<RemoteEvent[]> {
  const found: RemoteEvent[] = [];
  // Known are those that are told: a page that does not come leaves none out.
  const seen = new Set(known);
  for (let after: string | undefined; ; ) {
    const page = await service.ask(EventPage, { to: 'tell of the job', signal }, async (client, own) => {
      const { data, has_more } = await client.fineTuning.jobs.listEvents(id, { limit: 100, ...(after !== undefined && { after }) }, { signal: own });
      return { data, has_more };
    });
    const fresh = page.data.filter((event) => !seen.has(event.id));
    for (const event of fresh) seen.add(event.id);
    found.push(...fresh);
    // A page without anything new also ends one that a server gives again and again.
    if (!page.has_more || fresh.length < page.data.length || fresh.length === 0) break;
    after = page.data.at(-1)!.id;
  }
  for (const { id: one } of found) known.add(one);
  return found.reverse().sort((a, b) => a.created_at - b.created_at);
}

/** Figures as curves: of training rows, and of test rows (`valid_…`, and `full_valid_…` of all of them). */
function tell({ level, message, data }: RemoteEvent, emit: (event: NewEvent) => void): void {
  const metrics = Metrics.safeParse(data);
  if (!metrics.success) return emit({ type: 'log', level: level === 'warn' || level === 'error' ? 'warning' : 'info', message });
  const { step, total_steps: total = null } = metrics.data;
  for (const [key, value] of Object.entries(metrics.data)) {
    const [, side, name] = /^(train|valid|full_valid)_(.+)$/.exec(key) ?? [];
    if (name !== undefined && typeof value === 'number') emit({ type: 'metric', name: side === 'full_valid' ? `full_${name}` : name, value: Number.isFinite(value) ? value : null, step, split: side === 'train' ? 'train' : 'test' });
  }
  emit({ type: 'progress', step, total: total ?? null, epoch: null });
}
