/**
 * The options of Python frameworks as their own signatures have them: written by `runtime/python/signatures.py` into
 * `signatures/NAME.json`, compared with the installed packages by a test.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { FrameworkOption } from './framework.js';
import { ranges } from './ranges.js';

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

/** The versions of all packages that were read, by name. */
export function signatureVersions(): Record<string, string> {
  const files = readdirSync(new URL('./signatures/', import.meta.url)).filter((name) => name.endsWith('.json')).sort();
  const packages = files.flatMap((name) => Object.entries(signatureFile(name.slice(0, -5)).packages).map(([one, version]) => [one, version, name] as const));
  // A package of two environments is named by the file that is called after it.
  return Object.fromEntries([...packages].sort(([a, , fileA], [b, , fileB]) => (a === b ? Number(fileA.startsWith(a)) - Number(fileB.startsWith(b)) : a < b ? -1 : 1)).map(([one, version]) => [one, version]));
}

function withRange(option: FrameworkOption): FrameworkOption {
  const values = option.values ?? ranges.get(option.name);
  return values ? { ...option, values } : option;
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
  return [...options.filter(({ name }) => !without.includes(name)).map((option) => withRange({ ...option, ...ours[option.name] })), ...more];
}
