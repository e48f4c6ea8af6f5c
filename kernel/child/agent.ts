/**
 * The thread beside the one that runs cells. Orders are lines: `t3` ends what cell 3 runs unless its thread already took
 * notice of the interrupt, `f3` in any case; `a` and JSON answers a question, whether or not that thread waits for it. The
 * end of the orders is the end of the kernel process, and so of this one.
 */
import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { workerData, type MessagePort } from 'node:worker_threads';
import { endGroup } from './group.js';
import { descriptors, shared } from './protocol.js';

const { memory, answers } = workerData as { memory: Int32Array; answers: MessagePort };
const session = new Session();
session.connectToMainThread();

/** So often a loop is asked to end. */
const patience = 10;

let rest = '';
new Socket({ fd: descriptors.agent, readable: true, writable: false })
  .setEncoding('utf8')
  .on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (line[0] === 'a') {
        answers.postMessage(JSON.parse(line.slice(1)));
        Atomics.add(memory, shared.answers, 1);
        Atomics.notify(memory, shared.answers);
        continue;
      }
      const id = Number(line.slice(1));
      // Terminating a thread that waits for work would hit whatever it does next.
      if (Atomics.load(memory, shared.running) !== id) continue;
      if (line[0] === 't' && Atomics.load(memory, shared.noticed) === id) continue;
      // It would not give its variables back.
      if (Atomics.load(memory, shared.looping) === id && Atomics.add(memory, shared.stop, 1) < patience) continue;
      Atomics.store(memory, shared.terminated, id);
      session.post('Runtime.terminateExecution');
    }
  })
  .on('close', endGroup);
