/** The service behind `OPENAI_BASE_URL`: every request to it is made here, and what goes wrong is said in a sentence. */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import type { z } from 'zod';
import { UserError } from '../error.js';
import { redact } from '../run/redact.js';

export interface ServiceSettings {
  /** For one request, in milliseconds. Default: 60000. */
  readonly timeoutMs?: number;
  /** How often a request is made again where the service is busy or cannot be reached, with growing pauses. Default: 4. */
  readonly maxRetries?: number;
}

interface Request {
  /** What is asked, after "asked to". */
  readonly to: string;
  readonly signal?: AbortSignal | undefined;
}

/** Throws `service/no-key` where the environment names none. */
export function requireKey(): string {
  const key = process.env['OPENAI_API_KEY'];
  if (key) return key;
  throw new UserError('service/no-key', 'The service asks for a key, and OPENAI_API_KEY is not set.', 'Set it in the environment; a server of your own that needs none takes any text.');
}

/**
 * A service with OpenAI's API.
 *
 * @example
 * const service = new Service();
 * const file = await service.ask(z.object({ id: z.string() }), { to: 'take a file' }, (client) => client.files.create({ file, purpose: 'fine-tune' }));
 */
export class Service {
  /** Without the path, for people. */
  readonly host: string;
  readonly #client: OpenAI;

  /** Throws `service/no-key`, `service/no-address`. */
  constructor({ timeoutMs = 60_000, maxRetries = 4 }: ServiceSettings = {}) {
    const apiKey = requireKey();
    const address = process.env['OPENAI_BASE_URL']?.trim() || 'https://api.openai.com/v1';
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
      throw new UserError('service/no-address', 'OPENAI_BASE_URL is no address of a service.', 'Write it as "https://host/v1".');
    }
    this.host = new URL(address).host;
    // Errors are thrown, so that nothing needs to be printed.
    this.#client = new OpenAI({ apiKey, baseURL: address, timeout: timeoutMs, maxRetries, logLevel: 'off' });
  }

  /** Does the key travel where others can read it? */
  get isInTheClear(): boolean {
    const { protocol, hostname } = new URL(this.#client.baseURL);
    return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  }

  /** One request, its answer checked. Throws what {@link failure} says, `service/unexpected-answer`, or the signal's reason. */
  async ask<T extends z.ZodType>(answer: T, { to, signal }: Request, request: (client: OpenAI, signal: AbortSignal) => PromiseLike<unknown>): Promise<z.infer<T>> {
    const given = await this.reach({ to, signal }, async (client, own) => request(client, own));
    const result = answer.safeParse(given);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw this.#unexpected(to, `${issue!.path.join('.') || 'the whole'}: ${issue!.message}`);
  }

  /** Whatever is done with the client. Throws what {@link failure} says, or the signal's reason. */
  async reach<T>({ to, signal }: Request, request: (client: OpenAI, signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    // The client never takes back its ear from a signal: each request has one of its own.
    const own = new AbortController();
    const abort = (): void => own.abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await request(this.#client, own.signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw this.failure(error, to);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * `service/unauthorized`, `service/forbidden`, `service/not-found`, `service/refused`, `service/busy`, `service/unavailable`,
   * `service/unreachable`, `service/unexpected-answer`; anything else is a defect and stays what it is.
   */
  failure(error: unknown, to: string): unknown {
    if (error instanceof UserError || error instanceof APIUserAbortError) return error;
    const failed = (code: string, message: string, hint?: string): UserError => new UserError(code, redact(message), hint, { cause: redacted(error) });
    const asked = `The service at ${this.host} was asked to ${to}`;
    if (error instanceof APIConnectionTimeoutError) return failed('service/unreachable', `${asked} and did not answer in time.`, 'Try again later.');
    if (error instanceof APIConnectionError) return failed('service/unreachable', `${asked} and cannot be reached: ${deepest(error)}.`, 'Look at OPENAI_BASE_URL and the network.');
    // The client reads the rest of an answer without catching what fetch says of a connection that is gone.
    if (error instanceof TypeError && error.message === 'terminated') return failed('service/unreachable', `${asked} and broke its answer off: ${deepest(error)}.`, 'Try again later.');
    if (error instanceof APIError && typeof error.status === 'number') {
      const said = sentence(error);
      // What a service says of a wrong key may repeat parts of it.
      if (error.status === 401) return failed('service/unauthorized', `The service at ${this.host} does not take the key in OPENAI_API_KEY.`, 'Set a valid key, and the service that it is for in OPENAI_BASE_URL.');
      if (error.status === 403) return failed('service/forbidden', `${asked} and forbids it: ${said}`, 'The key may not do this. OpenAI is closing fine-tuning to new users; other services with this API are named by OPENAI_BASE_URL.');
      if (error.status === 404) return failed('service/not-found', `${asked} and does not find it: ${said}`, 'Look at the model\'s name, and at OPENAI_BASE_URL: it often ends in "/v1".');
      if (error.status === 429) return failed('service/busy', `${asked} and has had too many requests: ${said}`, 'Try again later, or look at the limits of the account.');
      if (error.status >= 500) return failed('service/unavailable', `${asked} and failed (${error.status}): ${said}`, 'Try again later.');
      return failed('service/refused', `${asked} and refused (${error.status}): ${said}`);
    }
    if (error instanceof SyntaxError || error instanceof APIError) return this.#unexpected(to, error.message, error);
    return error;
  }

  #unexpected(to: string, what: string, cause?: Error): UserError {
    return new UserError('service/unexpected-answer', redact(`The service at ${this.host} was asked to ${to} and answered something else: ${what}.`), 'OPENAI_BASE_URL must lead to a server with OpenAI\'s API; it often ends in "/v1".', cause && { cause: redacted(cause) });
  }
}

/** What the service itself says, on one line. */
function sentence({ error, message }: APIError): string {
  const said = (error as { message?: unknown } | undefined)?.message;
  // Half of a key would not be known as one.
  const text = redact(typeof said === 'string' ? said : message).replace(/\s+/g, ' ').trim().slice(0, 500);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function deepest(error: Error): string {
  for (let cause: unknown = error; ; cause = (cause as Error).cause) {
    const { cause: next, message, code } = cause as Error & { code?: string };
    if (!(next instanceof Error)) return (message || code || 'no connection').replace(/\.$/, '');
  }
}

/** Requests hold headers and rows: of an error its words are enough. */
const redacted = (error: unknown): Error => new Error(redact(error instanceof Error ? error.message : String(error)));
