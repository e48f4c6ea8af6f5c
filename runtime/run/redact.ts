/**
 * The one place that keeps secrets out of what is written and shown; workers in Python have the same in `redact.py`, and the patterns of
 * both stand in `secrets.json` there.
 *
 * A secret is: the value of an environment variable whose name says so, the token that `hf auth login` has stored, the password of a proxy,
 * what looks like a service's token, and the password in an address. Taken out of: the texts of events and errors, logs, what workers
 * print, and options in a run's manifest. Never touched: labels and what a model answers. They are the user's data, and a
 * prediction must be the label as it was given, whatever it looks like.
 */
import { readFileSync } from 'node:fs';
import { hubTokenPath } from '../hub/place.js';

export const mask = '••••••';

/** A part of a text: `before` says that a secret follows, and stays. */
interface Look {
  readonly before: string;
  readonly secret: string;
  readonly ignore_case?: true;
}

interface SecretsFile {
  readonly secret_names: readonly string[];
  readonly harmless_names: readonly string[];
  readonly proxy_names: readonly string[];
  readonly harmless_values: readonly string[];
  readonly shortest: number;
  readonly tokens: readonly Look[];
  readonly address_password: Look;
  readonly texts: readonly string[];
}

const whole = (patterns: readonly string[]): RegExp => new RegExp(`^(?:${patterns.join('|')})$`, 'i');
const anywhere = ({ before, secret, ignore_case: ignoreCase }: Look): RegExp => new RegExp(`(${before})${secret}`, ignoreCase ? 'gi' : 'g');

function readPatterns() {
  const file = JSON.parse(readFileSync(new URL('../python/tasklab_worker/secrets.json', import.meta.url), 'utf8')) as SecretsFile;
  return {
    secretNames: whole(file.secret_names),
    harmlessNames: whole(file.harmless_names),
    proxyNames: whole(file.proxy_names),
    harmlessValues: whole(file.harmless_values),
    shortest: file.shortest,
    tokens: file.tokens.map(anywhere),
    addressPassword: anywhere(file.address_password),
    looks: [...file.tokens, file.address_password].map(anywhere),
    texts: new Set(file.texts),
  };
}

let read: ReturnType<typeof readPatterns> | undefined;
/** Read when something is to be redacted for the first time. */
const patterns = (): ReturnType<typeof readPatterns> => (read ??= readPatterns());

/** Does a variable's name say that its value is secret? */
export const isSecretName = (name: string): boolean => patterns().secretNames.test(name) && !patterns().harmlessNames.test(name);

/** Does a text hold what looks like a service's token? */
export const holdsToken = (text: string): boolean => patterns().tokens.some((look) => text.search(look) >= 0);

/**
 * The value of an environment variable without the password of an address. A proxy may be named without its protocol.
 *
 * @example
 * withoutPassword('HTTPS_PROXY', 'me:word@host:8080'); // 'me:••••••@host:8080'
 */
export function withoutPassword(name: string, value: string): string {
  const hidden = (address: string): string => address.replace(patterns().addressPassword, `$1${mask}`);
  return isBareProxy(name, value) ? hidden(`://${value}`).slice(3) : hidden(value);
}

/**
 * The text without this process's secrets, without what looks like a service's token, and without passwords of addresses.
 *
 * @example
 * redact('401 for hf_abcdefghijklmnop'); // '401 for ••••••'
 */
export const redact = (text: string): string => without(ownSecrets(), text);

/** The same for every text in plain data, the names of fields too: for what holds neither labels nor answers. */
export function redactAll<T>(value: T): T {
  const secrets = ownSecrets();
  const safe = (part: unknown): unknown => {
    if (typeof part === 'string') return without(secrets, part);
    if (Array.isArray(part)) return part.map(safe);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [without(secrets, name), safe(inner)]));
  };
  return safe(value) as T;
}

/** The same for what an event or an error says to people: its message, hint, trace … Labels, names and figures stay what they are. */
export function redactTexts<T extends object>(fields: T): T {
  const secrets = ownSecrets();
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' && patterns().texts.has(name) ? without(secrets, value) : value])) as T;
}

/** What a program prints from now on is redacted. */
export function redactOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (chunk: string | Uint8Array, ...rest: unknown[]) => boolean;
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => write(typeof chunk === 'string' ? redact(chunk) : chunk, ...rest)) as typeof stream.write;
  }
}

function without(secrets: readonly string[], text: string): string {
  let safe = text;
  for (const secret of secrets) safe = safe.replaceAll(secret, mask);
  for (const look of patterns().looks) safe = safe.replace(look, `$1${mask}`);
  return safe;
}

/** Shorter values stand in ordinary words, and a number is no key. */
const isTelling = (value: string): boolean => value.length >= patterns().shortest && !patterns().harmlessValues.test(value);

/** The values themselves, which may stand anywhere in a text; the longest first, as one may hold another. */
function ownSecrets(): string[] {
  const values = Object.entries(process.env).flatMap(([name, value = '']) => (isSecretName(name) ? [value] : patterns().proxyNames.test(name) ? proxyPasswords(name, value) : []));
  return [...new Set([...values, storedToken()].filter(isTelling))].sort((a, b) => b.length - a.length);
}

const isBareProxy = (name: string, value: string): boolean => patterns().proxyNames.test(name) && !value.includes('://');

/** Libraries tell a proxy without its protocol. */
const proxyPasswords = (name: string, value: string): string[] =>
  [...(isBareProxy(name, value) ? `://${value}` : value).matchAll(patterns().addressPassword)].map(([found, before = '']) => found.slice(before.length));

const storedTokens = new Map<string, string>();

/** The token that `hf auth login` has left, which libraries take without being told; '' where there is none yet. */
function storedToken(): string {
  const path = hubTokenPath();
  let token = storedTokens.get(path);
  if (token === undefined) {
    try {
      token = readFileSync(path, 'utf8').trim();
      storedTokens.set(path, token);
    } catch {
      return '';
    }
  }
  return token;
}
