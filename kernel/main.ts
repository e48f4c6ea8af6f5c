/** The kernel process: `main.js CONNECTION_FILE [HANDLER_URL]`. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Kernel } from './kernel.js';
import { memoryOfThreads } from './kernelspec.js';
import type { ConnectionInfo } from './messages.js';
import { endWithParent } from './parent.js';

// It has worked by now, and is not for the user's programs.
delete process.env[memoryOfThreads];

const [, , file, named] = process.argv;
if (file === undefined) {
  process.stderr.write('Usage: node main.js CONNECTION_FILE (Jupyter starts it so; "tasklab kernel install" tells Jupyter how)\n');
  process.exit(2);
}

// The one place that knows who shares the cells with TypeScript; without it, or with an empty name, there are no magics.
const magics = new URL('../magics/handler.js', import.meta.url);
const kernel = new Kernel(named ?? (existsSync(fileURLToPath(magics)) ? magics.href : undefined));

process.on('SIGINT', () => kernel.interrupt());
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void kernel.end());
endWithParent(() => kernel.end());

await kernel.start(JSON.parse(readFileSync(file, 'utf8')) as ConnectionInfo);
