// How long the language takes for a program of 200 lines, warm: npm run bench:language
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { compile, complete, format, hover, isComplete, parse } from '../../dist/dsl/index.js';
import { datasetSchema, languageSchema } from '../../dist/magics/schema.js';
import { FeedbackDataset } from '../../dist/runtime/index.js';

const docs = new URL('../../docs/data/', import.meta.url).pathname;
const reviews = await FeedbackDataset.fromFile(`${docs}reviews.jsonl`, { settings: `${docs}reviews.yaml` });
const schema = languageSchema({ reviews: datasetSchema(reviews) });

/** Tasks of every shape that the reference shows, until there are 200 lines. */
const examples = [...readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8').matchAll(/```tasklab\n((?:param|template|task)[^]*?)\n```/g)].map(([, text]) => text);
let text = 'dataset reviews from file "data/reviews.jsonl" { settings = "data/reviews.yaml" }\n';
for (let i = 0; text.split('\n').length < 200; i++) {
  const program = examples[i % examples.length].replace(/^(task|template|param) (\w+)/gm, `$1 $2_${i}`).replace(/extends (\w+)/g, `extends $1_${i}`);
  const read = parse({ name: 'x', text: program, lineOffset: 0 });
  if (read.diagnostics.length + compile(read.declarations, { schema }).diagnostics.length === 0) text += `${program}\n`;
}
text = text.trimEnd();
const source = { name: 'bench', text, lineOffset: 0 };
const { declarations, diagnostics } = parse(source);
const checked = compile(declarations, { schema });
console.log(`${text.split('\n').length} lines, ${declarations.length} declarations, ${diagnostics.length + checked.diagnostics.length} diagnostics; ${cpus()[0].model}, Node ${process.version}`);

const context = { schema, declarations: [] };
const places = ['label = mood by ', 'text = tex', 'where len', 'for each ', 'chosen = '].map((piece) => text.indexOf(piece) + piece.length).filter((at) => at > 20);
const jobs = {
  parse: () => parse(source),
  'parse and check': () => compile(parse(source).declarations, { schema }),
  complete: (i) => complete(text, places[i % places.length], context),
  hover: (i) => hover(text, places[i % places.length] - 2, context),
  'is complete': () => isComplete(text),
  format: () => format(text),
};
for (const [name, job] of Object.entries(jobs)) {
  for (let i = 0; i < 500; i++) job(i);
  const times = Array.from({ length: 400 }, (_, i) => {
    const begin = performance.now();
    job(i);
    return performance.now() - begin;
  }).sort((a, b) => a - b);
  console.log(`${name.padEnd(16)} best ${times[0].toFixed(2)} ms   p50 ${times[200].toFixed(2)} ms   p95 ${times[380].toFixed(2)} ms`);
}
