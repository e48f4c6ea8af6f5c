/** The one place that knows what is secret: it keeps keys and tokens out of events, logs, errors of services and what is shown of variables. */

/** Names of variables whose values nobody else is to see. */
const secretName = /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|APIKEY)S?\d*$|(?:^|_)(?:KEYS?|SECRETS?|TOKENS?|PASS|PWD|PW|AUTH|COOKIES?|SESSION|BEARER|JWT|DSN)(?:_(?:ID|BASE64|JSON|STRING|VALUE))?\d*$/i;
/** The shell's working folders, and what desktops call themselves. */
const harmless = /^(?:(?:OLD)?PWD|DESKTOP_SESSION|XDG_\w+)$/;

/** What services make their tokens look like, and keys in general. */
const secretValue = [
  /\b(?:sk|pk|rk)[-_](?:[\w-]+[-_])?[A-Za-z0-9]{16,}[\w-]*/g, // OpenAI, Anthropic, Stripe
  /\b(?:gh[pousr]_|github_pat_|glpat-|hf_|npm_|pypi-|xox[abeprs]-|dop_v1_|shpat_)[\w-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{30,}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
  /\b(?:AccountKey|SharedAccessKey|Password|Pwd)=[^;\s]+/gi,
];

export const mask = '••••••';

/** Does a variable's name say that its value is secret? */
export const isSecretName = (name: string): boolean => secretName.test(name) && !harmless.test(name);

/** Does a text hold what looks like a service's token? */
export const holdsToken = (text: string): boolean => secretValue.some((look) => text.search(look) >= 0);

/**
 * The text without this process's secrets, and without what looks like a service's token.
 *
 * @example
 * redact('401 for hf_abcdefghijklmnop'); // '401 for ••••••'
 */
export const redact = (text: string): string => without(ownSecrets(), text);

/** The same for every text in plain data. */
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
  for (const look of secretValue) safe = safe.replace(look, mask);
  return safe;
}

/** Shorter values stand in ordinary words, and a number is no key. */
const isTelling = (value: string): boolean => value.length >= 6 && !/^\d+$/.test(value);

/** Values of variables that their names say to be secret; the longest first, as one may hold another. */
function ownSecrets(): string[] {
  const values = Object.entries(process.env).flatMap(([name, value = '']) => (isTelling(value) && isSecretName(name) ? [value] : []));
  return [...new Set(values)].sort((a, b) => b.length - a.length);
}
