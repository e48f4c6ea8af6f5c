import { describe, expect, it } from 'vitest';
import { TextField } from '../../../runtime/dataset/fields.js';
import { FeedbackDataset } from '../../../runtime/dataset/feedbackDataset.js';
import { MetadataProperty } from '../../../runtime/dataset/metadata.js';
import { LabelQuestion, MultiLabelQuestion, RankingQuestion, RatingQuestion, SpanQuestion, TextQuestion } from '../../../runtime/dataset/questions.js';
import { parseSettings, writeSettings } from '../../../runtime/dataset/settings.js';
import { mistake } from './files.js';

const text = new TextField({ name: 'text' });
const answer = new TextQuestion({ name: 'answer' });

const yaml = (question: string, more = ''): string => `fields:\n- name: text\nquestions:\n${question}\n${more}`;
const read = (question: string, more?: string) => parseSettings(yaml(question, more), 'argilla.yaml');

describe('settings', () => {
  it('are what Argilla takes for granted where nothing is said', () => {
    expect(new TextField({ name: 'my-field_1' })).toMatchObject({ title: 'My-field_1', required: true, useMarkdown: false });
    const many = Array.from({ length: 30 }, (_, i) => `l${i}`);
    expect(new LabelQuestion({ name: 'q', labels: many }).visibleLabels).toBe(20);
    expect(new LabelQuestion({ name: 'q', labels: ['a', 'b', 'c'] }).visibleLabels).toBeNull();
    expect(new SpanQuestion({ name: 'q', field: 'text', labels: ['a'] })).toMatchObject({ allowOverlapping: false, options: ['a'] });
  });

  it.each([
    ['a name in capitals', () => new TextField({ name: 'Text' }), 'data/name'],
    ['one label', () => new LabelQuestion({ name: 'q', labels: ['a'] }), 'data/question'],
    ['a label twice', () => new MultiLabelQuestion({ name: 'q', labels: ['a', 'a'] }), 'data/question'],
    ['a shown text twice', () => new LabelQuestion({ name: 'q', labels: { a: 'A', b: 'A' } }), 'data/question'],
    ['a scale beyond 10', () => new RatingQuestion({ name: 'q', values: [1, 11] }), 'data/question'],
    ['a scale of halves', () => new RatingQuestion({ name: 'q', values: [1, 1.5] }), 'data/question'],
    ['one rank option', () => new RankingQuestion({ name: 'q', values: ['a'] }), 'data/question'],
    ['two labels shown', () => new LabelQuestion({ name: 'q', labels: ['a', 'b', 'c'], visibleLabels: 2 }), 'data/question'],
    ['a minimum above the maximum', () => new MetadataProperty({ name: 'm', type: 'integer', min: 2, max: 1 }), 'data/metadata'],
    ['no required field', () => new FeedbackDataset({ fields: [new TextField({ name: 'text', required: false })], questions: [answer] }), 'data/settings'],
    ['no question', () => new FeedbackDataset({ fields: [text], questions: [] }), 'data/settings'],
    ['two fields of one name', () => new FeedbackDataset({ fields: [text, text], questions: [answer] }), 'data/duplicate-name'],
    ['empty guidelines', () => new FeedbackDataset({ fields: [text], questions: [answer], guidelines: '' }), 'data/settings'],
  ])('refuse %s', async (_, make, code) => {
    expect(await mistake(make)).toContain(`error ${code}\n`);
  });
});

describe('argilla.yaml', () => {
  it('keeps the order of labels, numbers among them', () => {
    const { questions } = read('- {name: q, type: label_selection, labels: {"10": ten, zebra: Z, "2": two, ape: A}}');
    expect(questions[0]!.options).toEqual(['10', 'zebra', '2', 'ape']);
    const again = parseSettings(writeSettings({ ...read('- {name: q, type: label_selection, labels: {"10": ten, zebra: Z, "2": two, ape: A}}') }), 'x');
    expect(again.questions).toEqual(questions);
  });

  it('is read as it was written, whatever the question', () => {
    const settings = new FeedbackDataset({
      fields: [text, new TextField({ name: 'note', required: false, useMarkdown: true, title: 'Ein "Titel"' })],
      questions: [
        answer,
        new LabelQuestion({ name: 'label', labels: ['yes', 'no', 'null', '1'] }),
        new MultiLabelQuestion({ name: 'many', labels: ['a', 'b', 'c', 'd'], visibleLabels: 3, labelsOrder: 'suggestion' }),
        new RatingQuestion({ name: 'stars', values: [0, 5, 10], description: 'How good?' }),
        new RankingQuestion({ name: 'order', values: [['b', 'B'], ['a', 'A']] }),
        new SpanQuestion({ name: 'spans', field: 'text', labels: [['2', 'two'], ['1', 'one'], ['x', 'x']], allowOverlapping: true }),
      ],
      metadataProperties: [new MetadataProperty({ name: 'group', type: 'terms', values: ['a', 'b'] }), new MetadataProperty({ name: 'length', type: 'integer', min: 0 })],
      vectorsSettings: [{ name: 'mini', title: 'Mini', dimensions: 3 }],
      guidelines: 'Be careful:\n- "yes" ≠ no',
      allowExtraMetadata: false,
    });
    const written = writeSettings(settings);
    const { fields, questions, metadataProperties, vectorsSettings, guidelines, allowExtraMetadata } = settings;
    expect(parseSettings(written, 'x')).toEqual({ fields, questions, metadataProperties, vectorsSettings, guidelines, allowExtraMetadata });
    expect(writeSettings(parseSettings(written, 'x'))).toBe(written);
  });

  it("takes Argilla's older ids, tagged as Python objects", () => {
    const old = `fields:\n- id: !!python/object:uuid.UUID\n    int: 272803126187316310441281516323273117425\n  name: text\n  required: true\nquestions:\n- id: !!python/object:uuid.UUID\n    int: 27280312618731631\n  name: q\n  type: text\n  settings: {type: text}\n`;
    expect(parseSettings(old, 'x').questions[0]).toBeInstanceOf(TextQuestion);
  });

  it.each([
    ['no YAML', 'fields: [', /^error data\/settings\n"argilla.yaml" is no YAML: .*line 1/],
    ['an unknown key', yaml('- {name: q, type: text, colour: red}'), /questions\.0.*colour/],
    ['an unknown type', yaml('- {name: q, type: drawing}'), /questions\.0/],
    ['a text alone', 'hello', /describe a feedback data set/],
    ['nothing', '', /describe a feedback data set/],
    ['a label question without labels', yaml('- {name: q, type: label_selection}'), /questions\.0\.labels/],
    ['aliases upon aliases', `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nfields: [*c,*c,*c,*c,*c,*c,*c]\n`, /^error data\/settings/],
    ['lists in lists without end', `fields: ${'['.repeat(8_000)}`, /^error data\/settings/],
  ])('refuses %s', async (_, content, expected) => {
    expect(await mistake(() => parseSettings(content, 'argilla.yaml'))).toMatch(expected);
  });

  it('makes no objects of tags', () => {
    const { questions } = read('- {name: q, type: text, title: !!js/function "function(){ throw 1 }"}');
    expect(questions[0]!.title).toBe('function(){ throw 1 }');
  });
});
