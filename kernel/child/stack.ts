/** Stacks as users read them: nothing of the kernel's and of Node's, their own modules at the places of their own text. */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { codeFrame } from '../typescript/frames.js';
import { isInstalled } from './userFiles.js';

/** Below it is what runs cells. */
const bottom = /^\s+at Session\.post \(node:inspector/;
const installation = fileURLToPath(new URL('../../', import.meta.url));
const internal = /\((?:node:|<anonymous>)|at (?:async )?node:|at <anonymous>|at async importModule \(/;
const isOurs = (line: string): boolean => line.includes(`${installation}kernel/`) || line.includes(`${installation}bundle/kernel-`);
/** What a frame says before its place, the file, line and column, and what closes it. */
const frame = /^(\s+at (?:async )?(?:.*? \()?)((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)(\)?)$/;

const cellPlace = /\bcell-[\w-]+\.ts:\d/;

/** By the address of a module that was translated: its source map. */
const maps = new Map<string, SourceMap>();
const ports: MessagePort[] = [];

export const addSourceMap = (address: string, map: string): void => void maps.set(address, new SourceMap(JSON.parse(map) as SourceMapPayload));

/** Source maps that another thread makes, `[address, map]`; read when there is a stack to show. */
export const addSourceMaps = (port: MessagePort): void => void ports.push(port);

/** `source` shows the line of text below the first place in a file of the user's. */
export function readableStack(stack: string, { source }: { readonly source: boolean }): string[] {
  for (const port of ports) for (let next; (next = receiveMessageOnPort(port)); ) addSourceMap(...(next.message as [string, string]));
  const lines = stack.split('\n');
  const end = lines.findIndex((line) => bottom.test(line));
  // Who called the user's code (a magic that times it) is no part of what went wrong.
  const user = lines.findIndex((line) => cellPlace.test(line));
  const isCaller = (line: string, i: number): boolean => user >= 0 && i > user && line.includes(installation);
  let shown = !source;
  return (end < 0 ? lines : lines.slice(0, end)).flatMap((line, i) => {
    if (!/^\s+at /.test(line)) return [linkLine(line)];
    if (internal.test(line) || isOurs(line) || isCaller(line, i)) return [];
    const place = placeOf(line);
    if (!place) {
      // The kernel process shows the source of a cell.
      shown ||= cellPlace.test(line);
      return [line];
    }
    const code = shown ? [] : codeOf(place).map((text) => `      ${text}`);
    shown = true;
    return [place.text, ...code];
  });
}

interface Place {
  readonly text: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly map: SourceMap | undefined;
}

/** Where a frame is in a file of the user's; nothing where it is elsewhere. */
function placeOf(text: string): Place | undefined {
  const found = frame.exec(text);
  if (!found) return undefined;
  const [, before, file, row, column, after] = found as unknown as [string, string, string, string, string, string];
  const place = originOf(file, Number(row), Number(column));
  return place && { ...place, text: `${before}${place.path}:${place.line}:${place.column}${after}` };
}

function originOf(file: string, line: number, column: number): Omit<Place, 'text'> | undefined {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  if (isInstalled(path)) return undefined;
  const map = maps.get(file);
  const entry = map?.findEntry(line - 1, column - 1);
  return { path, map, ...(entry && 'originalLine' in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : { line, column }) };
}

/** The line above a module's own code, where Node says what cannot be linked. */
function linkLine(text: string): string {
  const [, file, line] = /^(file:\/\/\S+):(\d+)$/.exec(text) ?? [];
  const place = file === undefined ? undefined : originOf(file, Number(line), 1);
  return place ? `${place.path}:${place.line}` : text;
}

function codeOf({ path, line, column, map }: Place): string[] {
  try {
    return codeFrame(map?.payload.sourcesContent[0] ?? readFileSync(path, 'utf8'), line, column, 1);
  } catch {
    return []; // The file is gone.
  }
}
