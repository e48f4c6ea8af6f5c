/** A notebook with every kind of output that a page has to show, among them hostile ones. */
import {
  agreementHeatMap,
  agreementReportBundle,
  answersPerRecord,
  comparisonTableBundle,
  confusionMatrix,
  datasetCardBundle,
  declarationsCardBundle,
  errorReportBundle,
  evaluationReportBundle,
  type Figure,
  histogram,
  labelDistribution,
  metricsReportBundle,
  type MimeBundle,
  planCardBundle,
  predictionsTableBundle,
  preparedCardBundle,
  recordsTableBundle,
  renderFigure,
  runsTableBundle,
  tableBundle,
  trainingCurves,
  trainingProgressBundle,
} from '../../runtime/display/index.js';

export const hostile = '<img src=x onerror="document.title=\'owned\'">';

const labels = ['billing', 'delivery', 'technical problem', 'account', 'praise & thanks'];
const annotators = ['ana', 'ben', 'chloé'];
const text = (i: number) =>
  [
    'My parcel has not arrived, and the tracking page shows nothing.',
    'I was charged twice in March; please refund one payment.',
    hostile,
  ][i % 3] as string;
const record = (i: number) => ({
  id: `message-${i + 1}`,
  fields: { text: text(i) },
  responses: annotators.map((annotator, a) => ({
    annotator,
    status: a === 2 && i % 2 ? 'draft' : 'submitted',
    values: { label: labels[(i + (a === 1 ? 1 : 0)) % labels.length] as string, urgency: (i + a) % 5 },
  })),
  suggestions: { label: { value: labels[i % labels.length] as string, score: 0.82, agent: 'zero-shot' } },
});
const steps = Array.from({ length: 20 }, (_, i) => i * 5);

export const figures: Readonly<Record<string, Figure>> = {
  labels: labelDistribution({
    question: 'label',
    labels: labels.map((label, i) => ({
      label,
      count: 57 + i * 6,
      byAnnotator: { ana: 20 + i, ben: 17 + 2 * i, chloé: 20 + 3 * i },
    })),
  }),
  answers: answersPerRecord({ dataset: 'messages', records: [3, 18, 60, 159] }),
  lengths: histogram({
    title: 'Length of text',
    unit: 'characters',
    of: 'records',
    values: Array.from({ length: 240 }, (_, i) => 30 + ((i * i * 7) % 260)),
  }),
  agreement: agreementHeatMap({
    question: 'label',
    measure: "Krippendorff's alpha",
    annotators,
    values: [
      [null, 0.81, 0.62],
      [0.81, null, 0.58],
      [0.62, 0.58, null],
    ],
  }),
  curves: trainingCurves({
    training: 'message_label',
    losses: [{ name: 'train loss', points: steps.map((step) => ({ step, value: 1.5 * Math.exp(-step / 30) + 0.1 })) }],
    metrics: [{ name: 'accuracy', points: steps.map((step) => ({ step, value: 0.85 - 0.6 * Math.exp(-step / 20) })) }],
    baseline: { name: 'majority class', value: 0.28 },
  }),
  confusion: confusionMatrix({
    labels,
    counts: labels.map((_, i) => labels.map((_, j) => (i === j ? 9 + i : (i * j) % 3))),
  }),
  hostile: labelDistribution({
    question: hostile,
    labels: [
      { label: hostile, count: 3 },
      { label: '<a href="javascript:alert(1)">go</a>', count: 2 },
      { label: '<b>bold</b> &amp;', count: 1 },
    ],
  }),
};

export const cards: Readonly<Record<string, MimeBundle>> = {
  '%load messages': datasetCardBundle({
    name: 'messages',
    source: 'folder "data/messages"',
    records: 240,
    responses: { submitted: 690, draft: 18, discarded: 9 },
    suggestions: 120,
    fields: [{ name: 'text', title: 'Customer message' }],
    questions: [
      { name: 'label', type: 'label_selection', title: 'What is it about?', options: labels, answers: 690 },
      { name: 'urgency', type: 'rating', options: [0, 1, 2, 3, 4], required: false, answers: 512 },
    ],
    annotators: annotators.map((name, i) => ({ name, submitted: 230, draft: 6 * i, discarded: 3 * i })),
    metadata: ['channel'],
    guidelines: `Read the message, choose one label.\n${hostile}`,
  }),
  '%load messages --records 3': recordsTableBundle({
    dataset: 'messages',
    total: 240,
    fields: ['text'],
    questions: ['label', 'urgency'],
    records: [0, 1, 2].map(record),
  }),
  '%agreement messages': agreementReportBundle({
    dataset: 'messages',
    questions: [
      {
        name: 'label',
        type: 'label_selection',
        alpha: 0.742,
        level: 'nominal',
        percent: 0.81,
        records: 219,
        annotators: 3,
      },
      {
        name: 'urgency',
        type: 'rating',
        alpha: null,
        level: 'interval',
        percent: null,
        records: 0,
        annotators: 1,
        reason: 'one annotator only',
      },
    ],
    contested: [
      {
        record: 'message-17',
        question: 'label',
        text: text(0),
        answers: annotators.map((annotator, i) => ({ annotator, value: labels[i] })),
      },
    ],
  }),
  '%metrics messages --question label': metricsReportBundle({
    question: 'messages.label',
    what: "suggestions against each annotator's answers",
    records: 240,
    metrics: ['accuracy', 'f1 (macro)', 'pearson'],
    answers: annotators.map((name, i) => ({
      name,
      compared: 120 - i,
      withoutSuggestion: 110,
      withoutAnswer: 10 + i,
      values: [0.81 - i / 20, 0.77 - i / 20, null],
      perClass: labels.map((label, j) => ({
        label,
        precision: 0.9 - j / 10,
        recall: 0.5 + j / 10,
        f1: 0.7,
        support: 24,
        ...(i === 0 && { confusion: { truePositives: 20, falsePositives: 2, falseNegatives: 4, trueNegatives: 94 } }),
      })),
    })),
    notes: ['– (pearson): all answers or all suggestions are the same.'],
  }),
  '%task message_label': planCardBundle({
    task: 'message_label',
    kind: 'text_classification',
    dataset: 'messages',
    columns: [
      { name: 'text', from: 'text | trim' },
      { name: 'label', from: 'label by majority' },
    ],
    program: 'task message_label: text_classification on messages {\n  text = trim(field.text)\n  label = label by majority\n}',
    words: ['One row for each record.', 'label is unified by majority: the most frequent answer; submitted answers count; a tie goes to the first in order.', 'A row is kept where text != "".'],
    made: {
      records: 240,
      rows: 232,
      dropped: [{ reason: 'no submitted answer to "label"', column: 'label', count: 8, record: 'message-3' }],
      first: [0, 1].map((i) => ({
        record: `message-${i}`,
        values: [{ column: 'text', value: text(i), from: 'field text' }, { column: 'label', value: labels[i], from: `label by majority: ana ${labels[i]}, ben ${labels[i]}` }],
      })),
    },
    fingerprint: '9f86d081884c7d659a2feaa0c55ad015',
  }),
  '%prepare message_label --train-size 0.8': preparedCardBundle({
    task: 'message_label',
    kind: 'text_classification',
    dataset: 'messages',
    framework: 'linear',
    records: 240,
    train: 186,
    test: 46,
    dropped: [{ reason: 'label is null: nobody submitted an answer', count: 8 }],
    columns: [
      { name: 'text', type: 'text' },
      { name: 'label', type: 'label' },
    ],
    firstRows: [0, 1, 2].map((i) => ({ text: text(i), label: labels[i] })),
    labels: labels.map((label, i) => ({ label, train: 37 + i, test: 9 })),
    seed: 42,
    fingerprint: '9f86d081884c7d659a2feaa0c55ad015',
  }),
  '%train message_label_linear': trainingProgressBundle({
    training: 'message_label_linear',
    framework: 'linear',
    state: 'running',
    step: 40,
    totalSteps: 100,
    epoch: 2,
    loss: 0.4312,
    metrics: { accuracy: 0.78 },
    stepsPerSecond: 12.5,
    remainingSeconds: 5,
  }),
  'done;': trainingProgressBundle({
    training: 'message_label_linear',
    framework: 'linear',
    state: 'finished',
    step: 100,
    totalSteps: 100,
    loss: 0.1201,
    metrics: { accuracy: 0.826 },
  }),
  'evaluation;': evaluationReportBundle({
    training: 'message_label_linear',
    rows: 46,
    metrics: [
      { name: 'accuracy', value: 0.826, baseline: 0.283 },
      { name: 'macro F1', value: 0.811, baseline: 0.088 },
    ],
    perClass: labels.map((label, i) => ({
      label,
      precision: 0.8 + i / 50,
      recall: 0.75 + i / 40,
      f1: 0.77 + i / 45,
      support: 9,
    })),
  }),
  '%predict message_label_linear "Where is my parcel?"': predictionsTableBundle({
    run: 'message_label_linear',
    predictions: [
      {
        text: 'Where is my parcel?',
        label: 'delivery',
        probabilities: { billing: 0.06, delivery: 0.83, account: 0.11 },
      },
      { text: hostile, label: ['billing', 'account'], probabilities: { billing: 0.61, account: 0.52 } },
    ],
  }),
  '%runs': runsTableBundle({
    runs: [
      {
        name: 'message_label_linear-1',
        training: 'message_label_linear',
        framework: 'linear',
        state: 'finished',
        step: 100,
        totalSteps: 100,
        rows: 186,
        metric: { name: 'accuracy', value: 0.826 },
      },
      { name: 'message_label_linear-2', training: 'message_label_linear', framework: 'linear', state: 'failed' },
    ],
  }),
  '%compare a b': comparisonTableBundle({
    runs: ['first', 'second'],
    metrics: [
      { name: 'accuracy', values: [0.826, 0.804] },
      { name: 'eval loss', values: [0.52, 0.49], lowerIsBetter: true },
    ],
    prompts: [{ prompt: 'Hello', outputs: ['Good day.', null] }],
  }),
  rows: tableBundle({
    columns: ['id', { name: 'text', type: 'string' }, 'score'],
    rows: [
      [1, 'x'.repeat(500), 0.12345],
      [2, null, 12345.678],
      [3, '', -1],
    ],
    total: 1234,
  }),
  'broken;': errorReportBundle({
    code: 'name/unknown-question',
    message: 'The dataset "messages" has no question "lable".',
    hint: 'Did you mean "label"?',
    frame: '3 |   label = lable by majority\n  |           ^^^^^',
    details: 'Traceback (most recent call last):\n  …',
    detailsTitle: 'Worker output',
  }),
};

const task = `%%task
// Which team answers a message?
dataset messages from folder "data/messages"

task message_label: text_classification on messages {
  text  = text | trim
  label = label by majority(ties: first)
  where text != ""
}

training message_label_linear { task = message_label; framework = linear; train_size = 0.8; seed = 42 }
template greeting(name) = """
  Hello {name | trim}, you said: {"text"}
  """`;

let count = 0;
const cell = (source: string, ...outputs: object[]) => ({
  cell_type: 'code',
  source,
  metadata: {},
  execution_count: ++count,
  outputs,
});
const display = (data: MimeBundle) => ({ output_type: 'display_data', metadata: {}, data });
const markdown = (source: string) => ({ cell_type: 'markdown', metadata: {}, source });

/** The notebook, figures drawn. */
export async function sampleNotebook() {
  count = 0;
  const drawn = await Promise.all(
    Object.entries(figures).map(async ([name, figure]) =>
      cell(`show(figures.${name})`, display(await renderFigure(figure))),
    ),
  );
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: 'typescript' } },
    cells: [
      markdown(
        '# Sorting customer messages\n\nThree people labelled **240 messages**. Here we look at how far they agree, make *training rows* of their answers, and train a classifier. See [the guide](https://example.org/guide).\n\n- load\n- prepare\n- train\n\n| step | command |\n|---|---|\n| load | `%load` |\n\n```ts\nconst x: number = 1; // a fence\n```',
      ),
      cell(
        task,
        display(
          declarationsCardBundle({
            declarations: [
              {
                declaration: 'dataset',
                name: 'messages',
                summary: 'folder "data/messages"',
                checks: '240 records, 1 field, 2 questions',
              },
              {
                declaration: 'task',
                name: 'message_label',
                summary: 'text_classification on messages',
                details: [
                  ['columns', 'text, label'],
                  ['unified', 'label by majority (ties: first)'],
                ],
                warnings: ['3 records have no submitted answer.'],
                checks: 'checked against messages',
              },
            ],
          }),
        ),
      ),
      markdown('## Figures'),
      ...drawn,
      markdown('## Cards'),
      ...Object.entries(cards).map(([source, data]) => cell(source, display(data))),
      markdown(
        `## Hostile\n\nRaw HTML: ${hostile} <script>document.title='owned'</script> [a link](javascript:alert(1)) ![beacon](https://example.org/x.png) <div style="position:fixed;top:0;background:url(https://example.org/y)">styled</div>`,
      ),
      cell(
        'const rows = prepared.train; // TypeScript\nfor (const row of rows) {\n  console.log(`${row.label}: ${row.text}`);\n}\n%predict run "x"',
        {
          output_type: 'stream',
          name: 'stdout',
          text: ['first \u001b[32mgreen\u001b[0m\n', hostile, '\n', '10 %\r100 %\n'],
        },
        { output_type: 'stream', name: 'stderr', text: 'a warning\n' },
        {
          output_type: 'display_data',
          metadata: {},
          data: {
            'text/html': `<b onclick="document.title='owned'">foreign</b>${hostile}<iframe src="https://example.org"></iframe><style>main{display:none}</style><link rel="stylesheet" href="https://example.org/z.css"><form action="https://example.org"><input></form>`,
          },
        },
        {
          output_type: 'display_data',
          metadata: {},
          data: {
            'image/svg+xml':
              '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30"><script>document.title="owned"</script><image href="https://example.org/p.png" width="9" height="9"/><text x="4" y="20">foreign svg</text></svg>',
          },
        },
        {
          output_type: 'display_data',
          metadata: {},
          data: { 'application/javascript': "document.title='owned'", 'text/plain': '[javascript]' },
        },
        {
          output_type: 'error',
          ename: 'TypeError',
          evalue: 'x',
          traceback: [`\u001b[31mTypeError\u001b[39m: ${hostile}`, '    at cell 3:2:5'],
        },
      ),
    ],
  };
}
