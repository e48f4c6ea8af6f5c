import { createReadStream } from 'node:fs';
import { chmod, stat } from 'node:fs/promises';
import { writeFileAtomic } from '../../runtime/files/atomic.js';
import { command } from '../command.js';
import { userPath } from '../userPath.js';

export const writefile = command({
  name: 'writefile',
  summary: 'Writes the lines below to a file.',
  only: 'notebook',
  stands: 'cell',
  body: 'text',
  arguments: [{ name: 'file', doc: 'Where; missing folders are made.', names: 'path' }],
  options: { append: { type: 'flag', short: 'a', doc: 'Writes behind what is there.' } },
  examples: ['%%writefile notes.txt', '%%writefile -a {folder}/log.txt'],
  async run({ args, options, body }, { io }) {
    const path = userPath(args[0]!);
    const before = await stat(path).catch(() => undefined);
    const text = body!.text === '' || body!.text.endsWith('\n') ? body!.text : `${body!.text}\n`;
    const appends = options.append && before !== undefined;
    await writeFileAtomic(path, appends ? joined(path, text) : text, { signal: io.signal });
    // A script that could be run can still be run.
    if (before) await chmod(path, before.mode);
    io.write('stdout', `${appends ? 'appended to' : before ? 'overwrote' : 'wrote'} ${args[0]}\n`);
  },
});

async function* joined(path: string, text: string): AsyncGenerator<string | Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  yield text;
}
