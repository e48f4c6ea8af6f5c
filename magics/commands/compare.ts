import { tableBundle } from '../../runtime/display/index.js';
import { able } from '../../runtime/frameworks/model.js';
import type { Run } from '../../runtime/run/run.js';
import { UserError } from '../../runtime/error.js';
import { command, type CommandContext } from '../command.js';

export const compare = command({
  name: 'compare',
  summary: 'Sets runs side by side: their metrics, and what their language models write to the same prompts.',
  arguments: [{ name: 'run', doc: 'Runs, trainings (their newest finished runs) or folders of runs.', names: 'run', variadic: true }],
  options: {
    prompts: { type: 'text', doc: 'Prompts, with " | " between them.' },
    max_new_tokens: { type: 'integer', doc: 'Tokens that each writes at most.', default: 64 },
  },
  examples: ['%compare linear_model setfit_model', '%compare sft_model dpo_model --prompts "Where is my parcel? | I was charged twice."'],
  async run({ args, options }, context) {
    const runs = await Promise.all(args.map((name) => context.session.runNamed(name)));
    if (runs.length < 2) throw new UserError('command/usage', 'One run cannot be compared.', 'Name two or more.');
    const manifests = await Promise.all(runs.map((run) => run.manifest()));
    const metrics = [...new Set(manifests.flatMap((manifest) => Object.keys(manifest.metrics ?? {})))];
    context.io.display(tableBundle({
      caption: 'on each run\'s test rows',
      columns: ['run', 'framework', 'kind', 'model', 'training rows', 'test rows', ...metrics],
      rows: manifests.map(({ name, framework, kind, model, rows, metrics: own }) => [name, framework, kind, model ?? '–', rows.train, rows.test, ...metrics.map((metric) => own?.[metric] ?? undefined)]),
      absent: '–', plain: true,
    }));
    if (options.prompts === undefined) return undefined;
    const prompts = options.prompts.split(' | ').map((prompt) => prompt.trim()).filter(Boolean);
    const texts: string[][] = [];
    for (const run of runs) texts.push(await written(run, prompts, options.max_new_tokens ?? 64, context));
    context.io.display(tableBundle({ columns: ['prompt', ...runs.map((run) => run.name)], rows: prompts.map((prompt, i) => [prompt, ...texts.map((own) => own[i])]), plain: true, maxCell: 600 }));
    return undefined;
  },
});

async function written(run: Run, prompts: readonly string[], max_new_tokens: number, { session, io }: CommandContext): Promise<string[]> {
  return session.models.use(run, async (model) => {
    const texts = prompts.map(() => '');
    for await (const piece of able(model, 'generate', run)(prompts, { max_new_tokens, temperature: 0 }, io.signal)) texts[piece.prompt] += piece.text;
    return texts;
  });
}
