/** Names of variables whose values nobody else is to see. */
const secretName = /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|APIKEY)S?\d*$|(?:^|_)(?:KEYS?|SECRETS?|TOKENS?|PASS|PWD|PW|AUTH|COOKIES?|SESSION|BEARER|JWT|DSN)(?:_(?:ID|BASE64|JSON|STRING|VALUE))?\d*$/i;
/** The shell's working folders. */
const harmless = /^(?:OLD)?PWD$/;

/** What services make their tokens look like, and keys in general. */
const secretValue = [
  /\b(?:sk|pk|rk)[-_](?:\w+[-_])?[A-Za-z0-9]{16,}/, // OpenAI, Anthropic, Stripe
  /\b(?:gh[pousr]_|github_pat_|glpat-|hf_|npm_|pypi-|xox[abeprs]-|dop_v1_|shpat_)[\w-]{10,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[\w-]{30,}/,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?:AccountKey|SharedAccessKey|Password|Pwd)=[^;]+/i,
];

/** A long random word: letters of both cases and digits, nothing that a path or a list has. */
const looksRandom = (value: string): boolean => /^[A-Za-z0-9_+=-]{32,}$/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value);

export const mask = '••••••';

/**
 * The value of an environment variable as it may be shown: what its name or its look says to be secret is masked, of an address only
 * the password.
 *
 * @example
 * shownValue('HF_TOKEN', 'hf_abc'); // '••••••'
 */
export function shownValue(name: string, value: string): string {
  if (value === '') return value;
  if (secretName.test(name) && !harmless.test(name)) return mask;
  const address = value.replace(/^([a-z][\w+.-]*:\/\/[^\s:@/]*):[^\s@/]+@/i, `$1:${mask}@`);
  return secretValue.some((look) => look.test(address)) || looksRandom(value) ? mask : address;
}
