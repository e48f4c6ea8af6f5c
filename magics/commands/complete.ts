import { complete as completeProgram } from '../../dsl/index.js';
import { command } from '../command.js';
import { placeArguments, placeIn } from './at.js';

export const complete = command({
  name: 'complete',
  summary: 'Says what may stand at a place of a program, for editors.',
  only: 'terminal',
  arguments: placeArguments,
  options: { json: { type: 'flag', doc: 'Prints the items, and the offsets that they replace, as JSON.' } },
  examples: ['tasklab complete support.task 5:20', 'tasklab complete support.task 5:20 --json'],
  async run({ args, options }, { io }) {
    const { source, offset, context } = await placeIn(args);
    const found = completeProgram(source.text, offset, context);
    if (options.json) return io.write('stdout', `${JSON.stringify(found)}\n`);
    for (const { label, kind, detail } of found.items) io.write('stdout', `${label}\t${kind}${detail === undefined ? '' : `\t${detail}`}\n`);
  },
});
