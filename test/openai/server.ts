/** A service on this machine that follows OpenAI's published API: files, fine-tuning jobs with events, chat completions. Its fine-tuned models really learn. */
import { createServer, ServerResponse, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NaiveBayes, type Example } from './naiveBayes.js';

interface Message {
  readonly role: string;
  readonly content: string;
}
interface FileObject {
  readonly id: string;
  readonly text: string;
}
interface Job {
  readonly id: string;
  readonly model: string;
  readonly suffix: string | null;
  readonly body: Record<string, unknown>;
  readonly examples: readonly Example[];
  readonly validation: readonly Example[];
  readonly steps: number;
  readonly events: Record<string, unknown>[];
  step: number;
  status: 'validating_files' | 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  error: { code: string; message: string; param: string | null } | null;
  tuned: string | null;
}

export interface RequestLog {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Answers the next requests to paths that begin so, instead of the service. */
export interface Disturbance {
  readonly path: string;
  /** Default: any. */
  readonly method?: string;
  readonly status: number;
  readonly body?: string;
  /** Default: application/json, an error in the API's shape. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: 1. */
  times?: number;
  /** Never answers. */
  readonly hangs?: boolean;
  /** Ends the connection instead of answering, or within the answer. */
  readonly drops?: 'before' | 'within';
  /** What was asked is done all the same: only the answer is lost. */
  readonly isDone?: boolean;
}

export class OpenAIService {
  readonly key = 'sk-test-AbCdEfGhIjKlMnOpQrStUvWx0123';
  readonly requests: RequestLog[] = [];
  readonly disturbances: Disturbance[] = [];
  /** A job stays in its first step until it is cancelled. */
  holds = false;
  /** Does it tell probabilities of tokens, or refuse to be asked for them? */
  logprobs: 'told' | 'refused' = 'told';
  /** A compatible server's own words for what the API calls otherwise. */
  readonly words: Record<string, string> = {};
  /** Events of a page: the API's own limit, where it is small. */
  eventsPerPage = 100;
  readonly files = new Map<string, FileObject>();
  readonly jobs = new Map<string, Job>();
  readonly #models = new Map<string, NaiveBayes>();
  readonly #server = createServer((request, response) => void this.#handle(request, response).catch((error: Error) => send(response, 500, apiError(error.message, 'server_error'))));
  #url = '';

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
    return this;
  }

  get url(): string {
    return this.#url;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.#url);
    const path = pathname.startsWith('/v1/') ? pathname.slice('/v1'.length) : '';
    const bytes = await body(request);
    const json: unknown = request.headers['content-type']?.startsWith('application/json') && bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined;
    this.requests.push({ method: request.method!, path, body: json });

    const one = this.disturbances.find((each) => path.startsWith(each.path) && (each.method ?? request.method) === request.method && (each.times ?? 1) > 0);
    if (!one) return this.#serve(request, response, { path, searchParams, bytes, json });
    one.times = (one.times ?? 1) - 1;
    // Its answer goes nowhere.
    if (one.isDone) await this.#serve(request, new ServerResponse(request), { path, searchParams, bytes, json });
    if (one.hangs) return;
    if (one.drops === 'before') return void request.socket.destroy();
    response.writeHead(one.status, { 'content-type': one.type ?? 'application/json', 'retry-after-ms': '5', ...one.headers });
    if (one.drops === 'within') return void response.write('{"id": ', () => request.socket.destroy());
    response.end(one.body ?? JSON.stringify(apiError('The server had an error while processing your request.', 'server_error')));
  }

  async #serve(request: IncomingMessage, response: ServerResponse, { path, searchParams, bytes, json }: { path: string; searchParams: URLSearchParams; bytes: Buffer; json: unknown }): Promise<void> {
    if (request.headers.authorization !== `Bearer ${this.key}`) {
      // The service itself repeats parts of a wrong key; this one all of it.
      return send(response, 401, apiError(`Incorrect API key provided: ${request.headers.authorization?.replace('Bearer ', '')}.`, 'invalid_request_error', null, 'invalid_api_key'));
    }

    const [, job, action] = /^\/fine_tuning\/jobs\/([^/]+)(\/\w+)?$/.exec(path) ?? [];
    if (request.method === 'POST' && path === '/files') return this.#upload(request, bytes, response);
    if (request.method === 'DELETE' && path.startsWith('/files/')) return this.#deleteFile(path.slice('/files/'.length), response);
    if (request.method === 'POST' && path === '/fine_tuning/jobs') return this.#createJob(json as Record<string, unknown>, response);
    if (request.method === 'GET' && path === '/fine_tuning/jobs') return send(response, 200, page([...this.jobs.values()].reverse().map((one) => this.#shown(one)), searchParams, 100));
    if (job !== undefined) {
      const found = this.jobs.get(job);
      if (!found) return send(response, 404, apiError(`Could not find fine tune: ${job}`, 'invalid_request_error', 'fine_tune_id', 'fine_tune_not_found'));
      if (request.method === 'GET' && action === undefined) return send(response, 200, this.#shown(this.#advance(found)));
      if (request.method === 'GET' && action === '/events') return send(response, 200, page([...found.events].reverse(), searchParams, this.eventsPerPage));
      if (request.method === 'POST' && action === '/cancel') return this.#cancel(found, response);
    }
    if (request.method === 'POST' && path === '/chat/completions') return this.#complete(json as Record<string, unknown>, response);
    send(response, 404, apiError(`Invalid URL (${request.method} ${path})`, 'invalid_request_error'));
  }

  async #upload(request: IncomingMessage, bytes: Buffer, response: ServerResponse): Promise<void> {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': request.headers['content-type']! } }).formData();
    const file = form.get('file');
    if (form.get('purpose') !== 'fine-tune' || !(file instanceof Blob)) return send(response, 400, apiError("'purpose' must be one of: fine-tune.", 'invalid_request_error', 'purpose'));
    const id = `file-${this.files.size + 1}`;
    this.files.set(id, { id, text: await file.text() });
    send(response, 200, { id, object: 'file', bytes: file.size, created_at: now(), filename: (file as File).name, purpose: 'fine-tune', status: 'processed' });
  }

  #deleteFile(id: string, response: ServerResponse): void {
    if (!this.files.delete(id)) return send(response, 404, apiError(`No such File object: ${id}`, 'invalid_request_error', 'id'));
    send(response, 200, { id, object: 'file', deleted: true });
  }

  #createJob(request: Record<string, unknown>, response: ServerResponse): void {
    const { model, training_file, validation_file, suffix = null } = request as { model: string; training_file: string; validation_file?: string; suffix?: string | null };
    if (!/^(?:gpt-4\.1-mini|ft:)/.test(model)) return send(response, 400, apiError(`Model ${model} is not available for fine-tuning or does not exist.`, 'invalid_request_error', 'model', 'model_not_available'));
    const files = [training_file, validation_file].filter((id) => id !== undefined).map((id) => this.files.get(id));
    if (files.some((file) => !file)) return send(response, 400, apiError(`invalid training_file: ${training_file}`, 'invalid_request_error', 'training_file'));
    const [examples, validation = []] = files.map((file) => examplesIn(file!.text));
    const { n_epochs = 'auto', batch_size = 'auto' } = (request as { method?: { supervised?: { hyperparameters?: { n_epochs?: number | 'auto'; batch_size?: number | 'auto' } } } }).method?.supervised?.hyperparameters ?? {};
    const batch = batch_size === 'auto' ? Math.max(1, Math.round(examples!.length / 4)) : batch_size;
    const id = `ftjob-${this.jobs.size + 1}`;
    const job: Job = {
      id, model, suffix, body: request, examples: examples!, validation, steps: (n_epochs === 'auto' ? 3 : n_epochs) * Math.ceil(examples!.length / batch), step: 0, events: [], status: 'validating_files', error: null, tuned: null,
    };
    this.jobs.set(id, job);
    say(job, `Created fine-tuning job: ${id}`);
    say(job, `Validating training file: ${training_file}${validation_file ? ` and validation file: ${validation_file}` : ''}`);
    send(response, 200, this.#shown(job));
  }

  /** Each look finds the job a step further. */
  #advance(job: Job): Job {
    if (job.status === 'validating_files') {
      if (job.examples.length < 10) {
        job.status = 'failed';
        job.error = { code: 'invalid_n_examples', message: `Training file has ${job.examples.length} example(s), but must have at least 10 examples`, param: 'training_file' };
        say(job, 'The job failed due to an invalid training file.', 'error');
      } else {
        job.status = 'queued';
        say(job, 'Files validated, moving job to queued state');
      }
    } else if (job.status === 'queued') {
      job.status = 'running';
      say(job, 'Fine-tuning job started');
    } else if (job.status === 'running' && !(this.holds && job.step > 0)) {
      // What it knows so far is that of a share of the rows.
      for (const more = Math.ceil(job.steps / 2); job.step < job.steps && job.step % more < more; ) {
        job.step++;
        const model = new NaiveBayes(job.examples.slice(0, Math.max(1, Math.ceil((job.examples.length * job.step) / job.steps))));
        const [train_loss, valid_loss] = [model.loss(job.examples), job.validation.length > 0 ? model.loss(job.validation) : undefined];
        say(job, `Step ${job.step}/${job.steps}: training loss=${train_loss.toFixed(2)}`, 'info', 'metrics', { step: job.step, train_loss, ...(valid_loss !== undefined && { valid_loss }), total_steps: job.steps, train_mean_token_accuracy: null });
        if (job.step % more === 0) break;
      }
      if (job.step === job.steps) {
        job.tuned = `ft:${job.model.replace(/^ft:|:.*/g, '')}:tasklab:${job.suffix ?? ''}:${job.id}`;
        this.#models.set(job.tuned, new NaiveBayes(job.examples));
        job.status = 'succeeded';
        say(job, `New fine-tuned model created: ${job.tuned}`);
        say(job, 'The job has successfully completed');
      }
    }
    return job;
  }

  #shown({ id, model, status, tuned, error, body: { seed, training_file, validation_file = null } }: Job): Record<string, unknown> {
    return {
      object: 'fine_tuning.job', id, model, created_at: now(), finished_at: null, fine_tuned_model: tuned, organization_id: 'org-1', result_files: [], status: this.words[status] ?? status,
      seed, training_file, validation_file, trained_tokens: null, error: error ?? {}, hyperparameters: {},
    };
  }

  #cancel(job: Job, response: ServerResponse): void {
    if (['succeeded', 'failed', 'cancelled'].includes(job.status)) return send(response, 400, apiError(`Job has already completed: ${job.id}`, 'invalid_request_error'));
    job.status = 'cancelled';
    say(job, 'The job was cancelled.');
    send(response, 200, this.#shown(job));
  }

  #complete(request: Record<string, unknown>, response: ServerResponse): void {
    const { model: name, messages, logprobs, top_logprobs = 0, max_completion_tokens = Infinity, stream } = request as { model: string; messages: Message[]; logprobs?: boolean; top_logprobs?: number; max_completion_tokens?: number; stream?: boolean };
    const model = this.#models.get(name);
    if (!model && !name.startsWith('gpt-4.1-mini')) return send(response, 404, apiError(`The model \`${name}\` does not exist or you do not have access to it.`, 'invalid_request_error', null, 'model_not_found'));
    if (logprobs && this.logprobs === 'refused') return send(response, 400, apiError('logprobs are not supported with this model.', 'invalid_request_error', 'logprobs'));
    const asked = messages.findLast(({ role }) => role === 'user')?.content ?? '';
    const answers: [string, number][] = model ? model.probabilities(asked) : [['I cannot say.', 1]];
    const tokens = piecesOf(answers[0]![0]);
    const told = tokens.slice(0, max_completion_tokens);
    const finish_reason = told.length < tokens.length ? 'length' : 'stop';
    const id = 'chatcmpl-1';
    if (stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = (delta: object, finish: string | null): string => `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: now(), model: name, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
      response.write(chunk({ role: 'assistant', content: '' }, null));
      for (const content of told) response.write(chunk({ content }, null));
      response.end(`${chunk({}, finish_reason)}data: [DONE]\n\n`);
      return;
    }
    const content = logprobs ? told.map((token, i) => ({ ...logprob(answers, told.slice(0, i).join(''), token), bytes: null, top_logprobs: alternatives(answers, told.slice(0, i).join(''), top_logprobs) })) : null;
    send(response, 200, {
      id, object: 'chat.completion', created: now(), model: name,
      choices: [{ index: 0, message: { role: 'assistant', content: told.join(''), refusal: null }, logprobs: content && { content, refusal: null }, finish_reason }],
      usage: { prompt_tokens: 1, completion_tokens: told.length, total_tokens: 1 + told.length },
    });
  }
}

/** Tokens of three characters. */
const piecesOf = (text: string): string[] => text.match(/[^]{1,3}/gu) ?? [];

/** The next token's probabilities after a prefix, of all answers that begin so. */
function alternatives(answers: readonly [string, number][], prefix: string, most: number): { token: string; logprob: number; bytes: null }[] {
  const next = new Map<string, number>();
  const going = answers.filter(([answer]) => answer.startsWith(prefix));
  const sum = going.reduce((total, [, share]) => total + share, 0);
  for (const [answer, share] of going) {
    const token = piecesOf(answer.slice(prefix.length))[0] ?? '';
    next.set(token, (next.get(token) ?? 0) + share / sum);
  }
  return [...next].filter(([token]) => token !== '').sort((a, b) => b[1] - a[1]).slice(0, most).map(([token, share]) => ({ token, logprob: Math.log(share), bytes: null }));
}

const logprob = (answers: readonly [string, number][], prefix: string, token: string) => ({ token, logprob: alternatives(answers, prefix, Infinity).find((one) => one.token === token)!.logprob });

function examplesIn(text: string): Example[] {
  return text.split('\n').filter(Boolean).map((line) => {
    const { messages } = JSON.parse(line) as { messages: Message[] };
    return { text: messages.findLast(({ role }) => role === 'user')?.content ?? '', answer: messages.findLast(({ role }) => role === 'assistant')!.content };
  });
}

function say(job: Job, message: string, level = 'info', type = 'message', data: unknown = null): void {
  job.events.push({ object: 'fine_tuning.job.event', id: `ftevent-${job.id}-${job.events.length}`, created_at: 1_700_000_000 + Math.floor(job.events.length / 3), level, type, message, data });
}

/** Newest first. */
function page(newest: readonly Record<string, unknown>[], query: URLSearchParams, most: number): unknown {
  const from = query.has('after') ? newest.findIndex(({ id }) => id === query.get('after')) + 1 : 0;
  const limit = Math.min(most, Number(query.get('limit') ?? 20));
  return { object: 'list', data: newest.slice(from, from + limit), has_more: from + limit < newest.length };
}

const now = (): number => Math.floor(Date.now() / 1000);
const apiError = (message: string, type: string, param: string | null = null, code: string | null = null) => ({ error: { message, type, param, code } });

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
