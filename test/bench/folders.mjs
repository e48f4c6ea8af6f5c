// Feedback of three annotators in the hub's layout, as large as asked for, the same each time.
import { existsSync } from 'node:fs';
import { FeedbackDataset, LabelQuestion, RankingQuestion, TextField, TextQuestion, writeFolder } from '../../dist/runtime/index.js';

const labels = ['joy', 'anger', 'fear', 'love', 'sadness', 'surprise'];
const options = ['a', 'b', 'c', 'd'];
const annotators = ['fb3ee10a-8a15-4c83-80b0-b8af94b4f6c7', 'afba51ab-fba7-49ec-8906-8903e4c4c589', '8a261a62-6a9a-4ba6-b0ec-fefac6750ed4'];
const words = 'river copper lantern quiet market ship paper garden winter engine signal coffee bridge mountain letter café 日本 naïve'.split(' ');

/** What each kind of folder asks its annotators beside showing them a text. */
const kinds = {
  feedback: [new LabelQuestion({ name: 'label', labels }), new TextQuestion({ name: 'answer' })],
  rankings: [new RankingQuestion({ name: 'order', values: options })],
};

/** Writes the folder where it is not there yet; `kind` is one of {@link kinds}. */
export async function writeFolderOnce(path, kind, records) {
  if (existsSync(path)) return;
  const questions = kinds[kind];
  await writeFolder(path, new FeedbackDataset({ fields: [new TextField({ name: 'text' })], questions }, new Source(questions, records)));
}

class Source {
  description = 'made up';
  constructor(questions, count) {
    this.questions = questions.map(({ name }) => name);
    this.count = count;
    this.next = random(11);
  }

  async fingerprint() {
    return `${this.questions.join(' ')} ${this.count}`;
  }

  async *batches() {
    for (let offset = 0; offset < this.count; offset += 1000) {
      const records = Array.from({ length: Math.min(1000, this.count - offset) }, (_, i) => this.record(offset + i));
      yield { length: records.length, offset, record: (i) => records[i] };
    }
  }

  record(at) {
    const likely = this.pick(labels);
    const makers = {
      label: () => (this.next() < 0.75 ? likely : this.pick(labels)),
      answer: () => this.text(),
      order: () => options.map((value) => ({ value, rank: 1 + Math.floor(this.next() * 4) })),
    };
    const values = () => Object.fromEntries(this.questions.map((name) => [name, makers[name]()]));
    const responses = annotators.map((annotator) => ({ annotator, status: this.next() < 0.04 ? 'discarded' : 'submitted', values: values() }));
    const suggestions = this.next() < 0.5 ? { [this.questions[0]]: { value: makers[this.questions[0]](), score: null, type: 'model', agent: 'clf-v1' } } : {};
    return { id: `r${at}`, fields: { text: this.text() }, responses, suggestions, metadata: {}, vectors: {} };
  }

  /** About 400 characters. */
  text() {
    let text = '';
    while (text.length < 400) text += `${this.pick(words)} `;
    return text + Math.floor(this.next() * 1e9);
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }
}

/** Numbers from 0 up to 1 (mulberry32). */
function random(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
