import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pythonFolder } from '../launch/python.js';
import type { Environment } from './environment.js';

export interface Requirements {
  readonly file: string;
  readonly text: string;
  /** By package as its own name is spelled, the version that is wanted. */
  readonly pins: ReadonlyMap<string, string>;
}

/** The exact pins of an environment. */
export async function requirementsOf(environment: Environment): Promise<Requirements> {
  const file = resolve(join(pythonFolder, 'requirements'), environment.requirements);
  const text = await readFile(file, 'utf8');
  const pins = text.split('\n').flatMap((line) => {
    const [, name, version] = /^([\w.-]+)==(\S+)/.exec(line) ?? [];
    return name === undefined ? [] : [[name, version!] as const];
  });
  return { file, text, pins: new Map(pins) };
}

/** Python's own rule for which names are the same. */
export const packageName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** The version wanted of a package, however its name is spelled. */
export const pinOf = ({ pins }: Requirements, name: string): string | undefined => [...pins].find(([pin]) => packageName(pin) === packageName(name))?.[1];

/** `2.13.0+cpu` is the 2.13.0 of a build. */
export const isPinned = (version: string, pin: string): boolean => version === pin || version.startsWith(`${pin}+`);
