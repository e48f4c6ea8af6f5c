import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import {
  agreementReportBundle,
  declarationsCardBundle,
  errorReportBundle,
  evaluationReportBundle,
  generatedBundle,
  metricsReportBundle,
  type MimeBundle,
  planCardBundle,
  predictionsBundle,
  predictionsTableBundle,
  preparedCardBundle,
  recordsTableBundle,
  runsTableBundle,
  trainingProgressBundle,
} from '../../../runtime/display/index.js';
import { visible } from '../../../runtime/display/visible.js';
import { cards } from '../../browser/sampleNotebook.js';
import { nasty } from './nasty.js';

/** What JupyterLab's sanitiser keeps of an output, as far as we use it. */
const ELEMENTS = new Set('b div span table thead tbody tr th td pre details summary'.split(' '));
const STYLES: Readonly<Record<string, RegExp>> = {
  'background-color': /^(#[0-9a-f]{6}|rgba\(\d+,\d+,\d+,0\.\d+\))$/,
  border: /^1px solid #[0-9a-f]{6}$/,
  'border-bottom': /^\dpx solid (#[0-9a-f]{6}|rgba\(\d+,\d+,\d+,0\.\d+\))$/,
  'border-collapse': /^collapse$/,
  'border-left': /^3px solid (#[0-9a-f]{6}|rgba\(\d+,\d+,\d+,0\.\d+\))$/,
  'border-radius': /^\dpx$/,
  cursor: /^pointer$/,
  display: /^(inline-)?block$/,
  'font-size': /^\d+px$/,
  'font-style': /^italic$/,
  'font-weight': /^[46]00$/,
  height: /^\d+px$/,
  'letter-spacing': /^\dpx$/,
  'line-height': /^1\.\d$/,
  margin: /^(\d+(px)? ?){1,4}$/,
  'margin-left': /^\d+px$/,
  'margin-right': /^\d+px$/,
  'max-width': /^\d+px$/,
  opacity: /^0\.\d+$/,
  'overflow-wrap': /^break-word$/,
  'overflow-x': /^auto$/,
  padding: /^(\d+(px)? ?){1,4}$/,
  'text-align': /^(left|right)$/,
  'text-transform': /^uppercase$/,
  'vertical-align': /^(top|bottom|middle)$/,
  'white-space': /^(nowrap|pre-wrap)$/,
  width: /^(\d+px|\d+(\.\d)?%)$/,
};

/** Fails on anything that a front end would take out; gives the text that is shown. */
function expectSafe(bundle: MimeBundle): string {
  const fragment = JSDOM.fragment(String(bundle['text/html']));
  const lost: string[] = [];
  for (const element of fragment.querySelectorAll('*')) {
    if (!ELEMENTS.has(element.localName)) lost.push(`<${element.localName}>`);
    for (const { name, value } of element.attributes) {
      if (name !== 'style') lost.push(name);
      for (const declaration of name === 'style' ? value.split(';') : []) {
        const [property = '', setting = ''] = declaration.split(':');
        if (!STYLES[property]?.test(setting)) lost.push(declaration);
      }
    }
  }
  expect(lost).toEqual([]);
  return fragment.textContent ?? '';
}

describe('every card', () => {
  for (const [name, bundle] of Object.entries(cards)) {
    it(`${name}: uses only what survives Jupyter's sanitiser`, () => {
      expectSafe(bundle);
    });

    it(`${name}: says the same in plain text`, () => {
      const plain = String(bundle['text/plain']).replace(/\s+/g, ' ');
      const shown = JSDOM.fragment(String(bundle['text/html']));
      for (const cell of shown.querySelectorAll('td, th, summary')) {
        if (cell.querySelector('div')) continue;
        const words = (cell.textContent ?? '').replace(/\s+/g, ' ').trim();
        expect(plain, words).toContain(words.includes('… +') ? words.slice(0, 50) : words.slice(0, 60));
      }
      expect(plain.length).toBeGreaterThan(10);
      expect(plain).not.toMatch(/<(div|span|td)/);
    });
  }
});

describe('hostile data', () => {
  it('is text in every card', () => {
    for (const text of nasty.filter((candidate) => candidate.length < 200)) {
      const bundles = [
        recordsTableBundle({
          dataset: text,
          total: 1,
          fields: [text],
          questions: [text],
          records: [
            {
              id: text,
              fields: { [text]: text },
              responses: [{ annotator: text, status: text, values: { [text]: text } }],
              suggestions: { [text]: { value: text, agent: text } },
            },
          ],
        }),
        agreementReportBundle({
          dataset: text,
          questions: [
            {
              name: text,
              type: text,
              alpha: null,
              level: text,
              percent: null,
              records: 0,
              annotators: 0,
              reason: text,
            },
          ],
          contested: [{ record: text, question: text, text, answers: [{ annotator: text, value: [text] }] }],
        }),
        metricsReportBundle({
          question: text,
          what: text,
          records: 1,
          metrics: [text],
          answers: [{ name: text, compared: 1, withoutSuggestion: 0, withoutAnswer: 0, values: [null], perClass: [{ label: text, precision: 1, recall: 1, f1: 1, support: 1 }] }],
          notes: [text],
        }),
        declarationsCardBundle({
          declarations: [
            { declaration: 'task', name: text, summary: text, details: [[text, text]], checks: text, warnings: [text] },
          ],
        }),
        planCardBundle({
          task: text,
          kind: text,
          columns: [{ name: text, from: text }],
          words: [text],
          program: text,
          made: { records: 2, rows: 1, dropped: [{ reason: text, column: text, count: 1, record: text }], first: [{ record: text, values: [{ column: text, value: text, from: text }] }] },
        }),
        preparedCardBundle({
          task: text,
          kind: 'sft',
          records: 1,
          train: 1,
          test: null,
          dropped: [{ reason: text, count: 1 }],
          columns: [text],
          firstRows: [{ [text]: text }],
          labels: [{ label: text, train: 1, test: 0 }],
          seed: 1,
          fingerprint: text,
        }),
        trainingProgressBundle({
          training: text,
          state: 'failed',
          step: 1,
          totalSteps: null,
          metrics: { [text]: 1 },
          message: text,
        }),
        evaluationReportBundle({
          training: text,
          rows: 1,
          baseline: text,
          metrics: [{ name: text, value: 0.5, baseline: 0.4 }],
          perClass: [{ label: text, precision: 1, recall: 1, f1: 1, support: 1 }],
        }),
        predictionsTableBundle({ run: text, predictions: [{ text, label: [text], probabilities: { [text]: 0.5 } }] }),
        predictionsBundle({ run: text, predictions: [{ text, spans: [{ label: text, start: 0, end: 2, score: 0.5 }] }] }),
        predictionsBundle({ run: text, predictions: [{ question: text, context: text, answer: text, start: 0, score: 0.5 }] }),
        predictionsBundle({ run: text, predictions: [{ sentences: [text, text], similarity: 0.5 }] }),
        generatedBundle({ run: text, texts: [{ prompt: text, text, finished: null }] }),
        runsTableBundle({ runs: [{ name: text, training: text, framework: text, state: 'lost' }] }),
        errorReportBundle({ code: 'a/b', message: text, hint: text, frame: text, details: text }),
      ];
      for (const bundle of bundles) expect(expectSafe(bundle)).toContain(visible(text).split('\n')[0]);
    }
  });
});

describe('what a reader needs', () => {
  it('is in predicted spans: where they stand, beyond the BMP too', () => {
    const spans = [{ label: 'person', start: 2, end: 5, score: 0.9 }, { label: 'place', start: 9, end: 14, score: null }];
    const bundle = predictionsBundle({ run: 'ner-1', predictions: [{ text: '😀 Ann in Paris.', spans }, { text: 'nobody', spans: [] }] });
    const plain = String(bundle['text/plain']);
    expect(plain).toContain('😀 [Ann](person) in [Paris](place).');
    expect(plain).toContain('Ann person [2:5] 0.9; Paris place [9:14]');
    expect(plain).toMatch(/^nobody +\(none\)/m);
    expect(JSDOM.fragment(String(bundle['text/html'])).querySelector('tbody td')!.textContent).toBe('😀 Annperson in Parisplace.');
  });

  it('is in an answer: where it stands in its context', () => {
    const context = `${'x '.repeat(40)}The shop opens at nine.${' y'.repeat(40)}`;
    const plain = String(predictionsBundle({ run: 'qa-1', predictions: [{ question: 'When?', context, answer: 'nine', start: context.indexOf('nine'), score: 0.75 }] })['text/plain']);
    expect(plain).toMatch(/When\? +nine +0\.75 +….*opens at nine\. y/);
  });

  it('is in generated texts: the prompt, what was written, and whether it was cut off', () => {
    const texts = [{ prompt: 'A:', text: ' b', finished: 'stop' as const }, { prompt: 'C:', text: ' d', finished: 'length' as const }];
    expect(String(generatedBundle({ run: 'sft-1', texts })['text/plain'])).toMatch(/A: b\n[^]*C: d …/);
  });

  it('is on the prepared card: every dropped row with its reason', () => {
    const plain = String(
      preparedCardBundle({
        task: 't',
        kind: 'dpo',
        records: 1429,
        train: 2300,
        test: 40,
        dropped: [
          { reason: 'where chosen != rejected', count: 5 },
          { reason: 'chosen is null', count: 1 },
        ],
        columns: ['chosen'],
        firstRows: [],
        seed: 7,
        fingerprint: 'abcdef0123456789',
      })['text/plain'],
    );
    expect(plain).toMatch(/2,340 rows from 1,429 records/);
    expect(plain).toMatch(/where chosen != rejected +5/);
    expect(plain).toMatch(/dropped +6/);
  });

  it('is on the records table: drafts and discarded answers are marked, open questions are not invented', () => {
    const plain = String(
      recordsTableBundle({
        total: 9,
        fields: [],
        questions: ['a', 'b'],
        records: [
          {
            id: '1',
            fields: {},
            responses: [
              {
                annotator: 'ana',
                status: 'draft',
                values: {
                  a: [
                    { value: 'x', rank: 2 },
                    { value: 'y', rank: 1 },
                    { value: 'z', rank: 2 },
                  ],
                },
              },
              { annotator: null, status: 'submitted', values: { a: [{ label: 'L', start: 0, end: 3 }] } },
            ],
            suggestions: {},
          },
        ],
      })['text/plain'],
    );
    expect(plain).toContain('ana: y > x = z draft; (anonymous): L [0:3]');
    expect(plain).toContain('records 1–1 of 9');
    expect(plain).not.toContain('(anonymous): –');
  });

  it('is in the evaluation: the difference to the baseline, with its sign', () => {
    const plain = String(
      evaluationReportBundle({
        training: 't',
        rows: 10,
        metrics: [
          { name: 'accuracy', value: 0.5, baseline: 0.75 },
          { name: 'kappa', value: null },
        ],
      })['text/plain'],
    );
    expect(plain).toMatch(/accuracy +0\.500 +0\.750 +-0\.250/);
    expect(plain).toMatch(/kappa +– +– +–/);
  });

  it('is in the progress line: how far, and what is left', () => {
    const plain = String(
      trainingProgressBundle({
        training: 't',
        state: 'running',
        step: 25,
        totalSteps: 100,
        loss: 0.5,
        remainingSeconds: 185,
      })['text/plain'],
    );
    expect(plain).toBe('t █████··············· 25.0 % step 25/100 · loss 0.5 · 3 min 05 s left');
  });
});
