import { generatedBundle } from '../../runtime/display/index.js';
import { able, type GenerationSettings } from '../../runtime/frameworks/model.js';
import { command } from '../command.js';
import { templateOptions, textsOf } from '../prompts.js';

/** A front end must not drown in updates. */
const drawEveryMs = 100;

export const generate = command({
  name: 'generate',
  summary: 'Lets the language model of a finished run go on with prompts, as it writes.',
  arguments: [
    { name: 'run', doc: 'A run, a training (its newest finished run) or the folder of a run.', names: 'run' },
    { name: 'prompt', doc: 'The prompts.', optional: true, variadic: true },
  ],
  options: {
    ...templateOptions,
    max_new_tokens: { type: 'integer', doc: 'Tokens that it writes at most.', default: 128 },
    min_new_tokens: { type: 'integer', doc: 'Tokens that it writes at least.' },
    temperature: { type: 'number', doc: '0: the most likely token each time; larger: more varied.', default: 0 },
    top_k: { type: 'integer', doc: 'Draws among the so many most likely tokens.' },
    top_p: { type: 'number', doc: 'Draws among the most likely tokens that make up this share.' },
    seed: { type: 'integer', doc: 'Seed of what is drawn.', default: 42 },
    json: { type: 'flag', doc: 'Prints one JSON object a line.', only: 'terminal' },
  },
  returns: 'readonly string[]',
  examples: ['%generate reply_model "Customer: Where is my parcel?" --max-new-tokens 40', 'const [text] = %generate reply_model {prompt}', 'tasklab generate reply_model --program replies.task --template reply_prompt message="Where is my parcel?"'],
  async run({ args, options }, context) {
    const { session, io, surface } = context;
    const [name, ...words] = args as [string, ...string[]];
    const prompts = await textsOf(words, options, context);
    const run = await session.runNamed(name);
    const { max_new_tokens = 128, temperature = 0, seed = 42, min_new_tokens, top_k, top_p } = options;
    const settings: GenerationSettings = {
      max_new_tokens, temperature, seed, ...(min_new_tokens !== undefined && { min_new_tokens }), ...(top_k !== undefined && { top_k }), ...(top_p !== undefined && { top_p }),
    };
    const texts = prompts.map(() => '');
    const ends: ('stop' | 'length' | null)[] = prompts.map(() => null);
    const bundle = () => generatedBundle({ run: run.name, texts: prompts.map((prompt, i) => ({ prompt, text: texts[i]!, finished: ends[i]! })) });
    const streams = surface === 'terminal' && !options.json;
    const display = surface === 'notebook' ? io.display(bundle()) : undefined;
    let drawn = 0;
    try {
      await session.models.use(run, async (model, shown) => {
        for await (const { prompt, text, finished } of able(model, 'generate', run)(prompts, settings, io.signal)) {
          shown();
          texts[prompt] += text;
          ends[prompt] = finished;
          if (streams) io.write('stdout', finished === null ? text : `${text}\n`);
          if (display && performance.now() - drawn > drawEveryMs) {
            drawn = performance.now();
            display.update(bundle());
          }
        }
      });
    } finally {
      display?.update(bundle());
    }
    if (options.json) for (const [i, prompt] of prompts.entries()) io.write('stdout', `${JSON.stringify({ prompt, text: texts[i], finished: ends[i] })}\n`);
    return surface === 'notebook' ? texts : undefined;
  },
});
