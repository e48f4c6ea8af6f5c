/**
 * The options of Python frameworks as their own signatures have them: written by `runtime/python/signatures.py` into
 * `signatures/NAME.json`, compared with the installed packages by a test.
 */
import { readFileSync } from 'node:fs';
import type { FrameworkOption } from './framework.js';

interface SignatureFile {
  /** The packages' versions that were read. */
  readonly packages: Readonly<Record<string, string>>;
  readonly classes: Readonly<Record<string, readonly FrameworkOption[]>>;
}

const read = new Map<string, SignatureFile>();

function signatureFile(name: string): SignatureFile {
  let file = read.get(name);
  if (!file) read.set(name, (file = JSON.parse(readFileSync(new URL(`./signatures/${name}.json`, import.meta.url), 'utf8')) as SignatureFile));
  return file;
}

export interface Changes {
  /** Options that are not the user's: the run's own folder, reporting to services … */
  readonly without?: readonly string[];
  /** Defaults of ours in place of the framework's, each with the reason in its documentation. */
  readonly ours?: Readonly<Record<string, Partial<FrameworkOption> & { readonly doc: string }>>;
  readonly more?: readonly FrameworkOption[];
}

/**
 * The options of a class.
 *
 * @example
 * signature('trl', 'SFTConfig', { without: ['output_dir'] });
 */
export function signature(file: string, className: string, { without = [], ours = {}, more = [] }: Changes = {}): FrameworkOption[] {
  const options = signatureFile(file).classes[className];
  if (!options) throw new Error(`signatures/${file}.json has no class ${className}`);
  return [...options.filter(({ name }) => !without.includes(name)).map((option) => ({ ...option, ...ours[option.name] })), ...more];
}
