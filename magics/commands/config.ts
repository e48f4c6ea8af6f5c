import { tableBundle } from '../../runtime/display/index.js';
import { UserError } from '../../runtime/error.js';
import { command } from '../command.js';

export const config = command({
  name: 'config',
  summary: "Shows a training's options, or changes them for the runs to come.",
  only: 'notebook',
  arguments: [
    { name: 'training', doc: 'Name of a training.', names: 'training' },
    { name: 'key=value', doc: 'Options to change, as in C=0.5.', optional: true, variadic: true },
  ],
  options: {},
  examples: ['%config topic_model', '%config topic_model C=0.5 max_iter=200'],
  async run({ args }, { session, io }) {
    const [name, ...pairs] = args as [string, ...string[]];
    const { trainer } = session.configure(name, Object.fromEntries(pairs.map(pair)));
    const rows = Object.entries(trainer.options).map(([option, value]) => [option, JSON.stringify(value)]);
    io.display(tableBundle({ caption: `${name}: options of ${trainer.framework}`, columns: ['option', 'value'], rows, plain: true }));
  },
});

function pair(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new UserError('command/usage', `"${text}" is not key=value.`, '%config -h shows how it is used.');
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    // What is no JSON is a text: model=bert-base.
    return [text.slice(0, at), value];
  }
}
