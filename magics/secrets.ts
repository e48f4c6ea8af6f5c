import { holdsToken, isSecretName, mask, withoutPassword } from '../runtime/run/redact.js';

/** A long random word: letters of both cases and digits, nothing that a path or a list has. */
const looksRandom = (value: string): boolean => /^[A-Za-z0-9_+=-]{32,}$/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value);

/**
 * The value of an environment variable as it may be shown: what its name or its look says to be secret is masked, of an address only
 * the password.
 *
 * @example
 * shownValue('HF_TOKEN', 'hf_abc'); // '••••••'
 */
export function shownValue(name: string, value: string): string {
  if (value === '') return value;
  if (isSecretName(name)) return mask;
  const address = withoutPassword(name, value);
  return holdsToken(address) || looksRandom(value) ? mask : address;
}
