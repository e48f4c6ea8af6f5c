/** The formatting functions that the oracle's fixtures name, giving our rows; chats are whole. */
import type { Sample } from '../../runtime/task/index.js';

type Answer = { readonly value: any; readonly status: string };
type Rows = unknown;

const template = (instruction: string, context: string, response: string): string => `### Instruction: ${instruction}\n\n### Context: ${context}\n\n### Response: ${response}`;

/** The three answers of one place, as Argilla's documentation zips them: by position, not by annotator. */
const zipped = (sample: Sample, ...names: string[]): Answer[][] => {
  const lists = names.map((name) => sample[name] as Answer[]);
  return Array.from({ length: Math.min(...lists.map((list) => list.length)) }, (_, i) => lists.map((list) => list[i]!));
};

/** The first of the most frequent values. */
const mostFrequent = (values: readonly string[]): string => {
  const count = (value: string) => values.filter((other) => other === value).length;
  return values.reduce((best, value) => (count(value) > count(best) ? value : best));
};

const submitted = (answers: readonly Answer[]): Answer[] => answers.filter(({ status }) => status === 'submitted');
const responses = ['new-instruction', 'new-context', 'new-response'] as const;

/** Of a data set's first field, and its questions of one label and of several. */
export const formattingFunctions = (field: string, question: string, several: string): Readonly<Record<string, (sample: Sample) => Rows>> => {
  const text = (sample: Sample): string => sample[field] as string;
  const answers = (sample: Sample): Answer[] => sample[question] as Answer[];
  const frequent = (sample: Sample, counting: readonly Answer[]): Rows => (counting.length === 0 ? null : { text: text(sample), label: mostFrequent(counting.map(({ value }) => value as string)) });
  const chat = (sample: Sample): Rows => {
    const [response] = sample['new-response'] as Answer[];
    if (!response) return null;
    return {
      messages: [
        { role: 'system', content: 'You answer from the context.' },
        { role: 'user', content: `${sample['original-context']}\n\n${sample['original-instruction']}` },
        { role: 'assistant', content: response.value as string },
      ],
    };
  };
  const pair = (first: unknown, second: unknown, more: object = {}): Rows => ({ 'sentence-1': first, 'sentence-2': second, ...more });
  return {
    emotion: (sample) => frequent(sample, answers(sample)),
    *emotion_yield(sample) {
      yield frequent(sample, answers(sample));
    },
    emotion_submitted_or_suggestion: (sample) => {
      const counting = submitted(answers(sample));
      if (counting.length > 0) return frequent(sample, counting);
      const suggestion = sample[`${question}-suggestion`] as string | null;
      return suggestion === null ? null : { text: text(sample), label: suggestion };
    },
    emotion_all_annotations: (sample) => submitted(answers(sample)).map(({ value }) => ({ text: text(sample), label: value as string })),
    multi_union: (sample) => {
      const counting = submitted(sample[several] as Answer[]);
      const labels = counting.flatMap(({ value }) => value as string[]);
      return counting.length === 0 ? null : { text: text(sample), label: [...new Set(labels)].sort() };
    },
    pretrain: (sample) => ({ text: text(sample) }),
    pretrain_strip_nonempty: (sample) => (text(sample).trim() === '' ? null : { text: text(sample).trim() }),
    dolly_sft: (sample) => {
      const [first, second, third] = responses.map((name) => (sample[name] as Answer[])[0]!.value as string);
      return { text: template(first!, second!, third!) };
    },
    *dolly_sft_submitted(sample) {
      for (const [i, c, r] of zipped(sample, ...responses)) if (r!.status === 'submitted') yield { text: template(i!.value, c!.value, r!.value) };
    },
    dolly_sft_list: (sample) => zipped(sample, ...responses).map(([i, c, r]) => (r!.status === 'submitted' ? { text: template(i!.value, c!.value, r!.value) } : null)),
    *dolly_rm(sample) {
      const rejected = template(sample['original-instruction'], sample['original-context'], sample['original-response']);
      for (const [i, c, r] of zipped(sample, ...responses)) {
        const chosen = template(i!.value, c!.value, r!.value);
        if (r!.status === 'submitted' && chosen !== rejected) yield { chosen, rejected };
      }
    },
    *dolly_ppo(sample) {
      for (const [i, c] of zipped(sample, 'new-instruction', 'new-context')) {
        if (i!.status === 'submitted') yield { query: template(i!.value, [...(c!.value as string)].slice(0, 500).join(''), '').trim() };
      }
    },
    *dolly_dpo(sample) {
      const prompt = template(sample['original-instruction'], sample['original-context'], '');
      const rejected = sample['original-response'] as string;
      for (const [, , r] of zipped(sample, ...responses)) if (r!.status === 'submitted' && r!.value !== rejected) yield { prompt, chosen: r!.value as string, rejected };
    },
    dolly_chat_return: chat,
    *dolly_chat_yield_items(sample) {
      yield chat(sample);
    },
    *dolly_chat_yield_list(sample) {
      yield [chat(sample)];
    },
    *dolly_qa(sample) {
      for (const [i, c, r] of [(sample['new-response'] as Answer[])].flatMap((list) => list.map((answer) => [sample['original-instruction'], sample['original-context'], answer.value] as const))) {
        if (i && c && r) yield { question: i as string, context: c as string, answer: r as string };
      }
    },
    *dolly_qa_extract(sample) {
      const context = (sample['original-context'] as string | null) ?? '';
      for (const { value } of sample['new-response'] as Answer[]) {
        if (value && context.includes(value as string)) yield { question: sample['original-instruction'] as string, context, answer: value as string };
      }
    },
    sim_pair: ({ premise, hypothesis }) => pair(premise, hypothesis),
    sim_pair_label: ({ premise, hypothesis, similar }) => {
      const values = (similar as Answer[]).map(({ value }) => value as string);
      return values.length === 0 ? null : pair(premise, hypothesis, { label: Number(mostFrequent(values)) });
    },
    sim_triplet: ({ premise, hypothesis, other }) => (other === null ? null : pair(premise, hypothesis, { 'sentence-3': other })),
    sim_list: ({ premise, hypothesis }) => [pair(premise, hypothesis), pair(hypothesis, premise)],
  };
};
