import { hover as hoverProgram } from '../../dsl/index.js';
import { command } from '../command.js';
import { placeArguments, placeIn } from './at.js';

export const hover = command({
  name: 'hover',
  summary: 'Says what the name at a place of a program is, as Markdown, for editors.',
  only: 'terminal',
  arguments: placeArguments,
  options: { json: { type: 'flag', doc: 'Prints {"contents": …}; null where there is nothing to say.' } },
  examples: ['tasklab hover support.task 5:11'],
  async run({ args, options }, { io }) {
    const { source, offset, context } = await placeIn(args);
    const contents = hoverProgram(source.text, offset, context);
    if (options.json) return io.write('stdout', `${JSON.stringify({ contents: contents ?? null })}\n`);
    io.write('stdout', contents === undefined ? '' : `${contents}\n`);
  },
});
