import { createReadStream } from 'node:fs';
import { UserError } from '../../error.js';

/**
 * The text of a file, piece by piece; a byte order mark stays.
 * @throws {UserError} `data/encoding` with the line where the file is no UTF-8: no letter is replaced by guesswork.
 */
export async function* readText(path: string, shown: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 1;
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    const text = decoded(() => decoder.decode(bytes, { stream: true }), () => line + linesIn(bytes.toString('utf8').split('\uFFFD', 1)[0]!), shown);
    line += linesIn(text);
    yield text;
  }
  const rest = decoded(() => decoder.decode(), () => line, shown);
  if (rest !== '') yield rest;
}

/** The lines of a file; only a line feed ends one, as JSON may hold Unicode's other line ends as they are. */
export async function* readLines(path: string, shown: string): AsyncGenerator<string> {
  let open = '';
  for await (const text of readText(path, shown)) {
    const lines = text.split('\n');
    lines[0] = open + lines[0]!;
    open = lines.pop()!;
    yield* lines;
  }
  if (open !== '') yield open;
}

function decoded(decode: () => string, line: () => number, shown: string): string {
  try {
    return decode();
  } catch (error) {
    throw new UserError('data/encoding', `"${shown}", line ${line()}: the text is not UTF-8.`, 'Save the file as UTF-8 and try again.', { cause: error });
  }
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
