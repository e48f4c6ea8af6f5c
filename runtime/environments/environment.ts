/** The Python environments that frameworks need: which there are, what is in them. */

export interface Environment {
  readonly name: string;
  readonly doc: string;
  /** Its exact pins: a file in `runtime/python/requirements`, or an absolute path. */
  readonly requirements: string;
  /** The variable that names a Python of the user's own to be used instead. */
  readonly variable: string;
  /** The packages that a Python of the user's own must have; the others are what these need. */
  readonly packages: readonly string[];
  /** What it takes on disk, in MB, without what a GPU needs; how long installing takes on two cores, in seconds. */
  readonly megabytes: number;
  readonly seconds: number;
}

export const environments = {
  core: {
    name: 'core',
    doc: 'Transformers 5, PEFT, TRL, SetFit, spaCy and Sentence Transformers.',
    requirements: 'core.txt',
    variable: 'TASKLAB_PYTHON',
    packages: ['torch', 'transformers', 'accelerate', 'datasets', 'peft', 'trl', 'setfit', 'sentence-transformers', 'scikit-learn', 'spacy'],
    megabytes: 1600,
    seconds: 90,
  },
  span_marker: {
    name: 'span_marker',
    doc: 'SpanMarker, which needs Transformers 4; for models that are trusted already.',
    requirements: 'span_marker.txt',
    variable: 'TASKLAB_PYTHON_SPAN_MARKER',
    packages: ['torch', 'transformers', 'accelerate', 'datasets', 'span_marker'],
    megabytes: 1400,
    seconds: 60,
  },
} as const satisfies Readonly<Record<string, Environment>>;

export type EnvironmentName = keyof typeof environments;

/** What installing an environment costs, in words. */
export const costOf = ({ megabytes, seconds }: Environment): string =>
  `about ${megabytes} MB on disk${process.platform === 'linux' ? ', 7000 MB where torch comes with CUDA' : ''}; ${seconds > 60 ? `${Math.ceil(seconds / 60)} minutes` : 'a minute'} or more`;
