/**
 * The language's own words: how each is written and what it means. Hover, completion, `%help` and the reference page read
 * this table; what the runtime brings (kinds, strategies, functions, sources, frameworks) has tables of its own.
 */
export interface Word {
  /** As it stands in a program: `where`, `for each pair`, `"""`. */
  readonly word: string;
  readonly group: 'text' | 'declaration' | 'body' | 'loop' | 'name' | 'value' | 'operator';
  /** How it is written, in a line. */
  readonly syntax: string;
  readonly doc: string;
  /** A program that uses it; `reviews` is declared. */
  readonly example?: string;
  /** Other words and signs that it is about. */
  readonly also: readonly string[];
}

const word = (group: Word['group'], names: string | readonly string[], syntax: string, doc: string, example?: string): Word => {
  const [name, ...also] = typeof names === 'string' ? [names] : names;
  return { word: name!, group, syntax, doc, also, ...(example !== undefined && { example }) };
};

/** What there is to say about a word or a sign. */
export const wordsAbout = (asked: string): Word[] => words.filter(({ word: name, also }) => name === asked || also.includes(asked));

export const words: readonly Word[] = [
  // How a program is written
  word('text', ['//', '/*'], '// to the end of the line, /* or in between */', 'A comment. It means nothing and stays where it is when a program is laid out.'),
  word('text', ';', 'a = 1; b = 2', 'Ends an entry, as a line end does. In parentheses and brackets line ends do not count.'),
  word('text', '`', '`original email`', 'A name that is no identifier: with blanks, or beginning with a digit. Identifiers may contain hyphens between letters or digits, so a subtraction needs spaces.', 'task t: sft on reviews {\n  let `the text` = text\n  text = `the text`\n}'),
  word('text', ['"', '{', '}'], '"a text with {expression}"', 'A text. `{ }` is a hole that holds any expression, `{{` and `}}` are braces; escapes are `\\n \\t \\" \\\\ \\u{1F600}`. In a hole a number stands in its shortest form, a list joined by ", "; a hole that is null makes the text null.', 'task t: sft on reviews {\n  text = "{id}: {text | upper} \\u{2713}"\n}'),
  word('text', '"""', '"""\n  several\n  lines\n  """', 'A text over several lines, without its common indentation and its first and last line end; holes and escapes as in "…".', 'task t: sft on reviews {\n  text = """\n    # {title ?? "Review"}\n\n    {text}\n    """\n}'),

  // Declarations
  word('declaration', 'param', 'param NAME = literal', 'A value that can be given from outside: by `-p NAME=value`, then by a TypeScript variable of that name (so papermill reaches it), else as written. Names of the record come before params.', 'param limit = 8\n\ntask t: sft on reviews {\n  text = text[:limit]\n}'),
  word('declaration', 'dataset', 'dataset NAME from SOURCE "argument" { options }', 'Where records come from. The data set is opened where the program is checked, so that names are compared with what is in it.'),
  word('declaration', 'from', 'dataset NAME from SOURCE …', 'Names the source of a data set.'),
  word('declaration', 'template', 'template NAME(a, b, c = "") = "text with {a}"', 'A text with parameters, called as a function: `NAME(x, y)` or `NAME(a: x, b: y)`. It sees its parameters, params and other templates, nothing of a record. In a notebook it is a TypeScript function of the same name.', 'template question(text, mark = "?") = "Q: {text}{mark}"\n\ntask t: sft on reviews {\n  text = question(title, mark: "!")\n}'),
  word('declaration', 'task', 'task NAME: KIND on DATASET { entries }', 'How one record becomes training rows of a kind. Without `on` the data are named by a training or by --dataset.', 'task t: text_classification on reviews {\n  text = text\n  label = mood by majority\n}'),
  word('declaration', 'on', 'task NAME: KIND on DATASET', 'Names the data set whose records the task reads.'),
  word('declaration', 'using', 'task NAME: KIND on DATASET using FUNCTION', 'The rows are made by a TypeScript function: one of the notebook, or "./format.ts#name" of a file. It gets the sample of a record and gives a row, several, or null; generators and promises are fine. Its type is checked against the rows of the kind before anything runs.'),
  word('declaration', 'extends', 'task NAME extends OTHER { entries }', "A task or training with another's entries: named entries replace in place, blocks merge by key, a `for` replaces all of the parent's, a `where` is added.", 'task plain: sft on reviews {\n  text = text\n  where length(text) > 11\n}\n\ntask loud extends plain {\n  text = text | upper\n}'),
  word('declaration', 'training', 'training NAME { task = T; framework = F; … }', 'One training: a task, a framework, a model, options.', 'task t: text_classification on reviews {\n  text = text\n  label = mood\n}\n\ntraining m {\n  task = t\n  framework = linear\n  seed = 7\n  options { C = 2 }\n}'),
  word('declaration', 'include', 'include "other.task"', 'The declarations of another file, as if they stood here. Paths in that file start at its own folder; a later declaration of the same name replaces an included one.'),

  // The body of a task
  word('body', 'column', 'column = expression', 'A column of the row. The kind says which there are. A name never means the entry that it stands in: in `text = text` it is the field.', 'task t: sft on reviews {\n  prompt = text\n  completion = note by disagreement\n}'),
  word('body', 'let', 'let NAME = expression', 'A value that later entries and the blocks in this one use by its name.', 'task t: sft on reviews {\n  let shown = text | lower\n  text = "{shown} ({length(shown)})"\n}'),
  word('body', 'where', 'where condition', 'A row is made where the condition is true. What drops a row is counted: first a null column, then the first `where` that is not true, in order. A comparison with null is null.', 'task t: sft on reviews {\n  text = text\n  where metadata.source == "shop" and title != ""\n}'),
  word('body', 'null', 'null', 'A missing value. A row with a null column is not made, and is counted with its reason. `??` supplies a default.', 'task t: sft on reviews {\n  text = title\n}'),

  // Loops
  word('loop', ['for each response', 'for', 'each', 'response'], 'for each response { entries }', "One turn for each annotator's submitted answers. In it a question's name is that annotator's answer, `annotator` and `status` are names. Rows of several loops follow each other; what stands outside belongs to every row inside.", 'task t: prompt_completion on reviews {\n  prompt = text\n  for each response {\n    completion = "{annotator}: {note}"\n  }\n}'),
  word('loop', 'including', 'for each response including draft, discarded { entries }', 'Responses of these statuses count too.', 'task t: prompt_completion on reviews {\n  for each response including draft {\n    prompt = text\n    completion = "{annotator}, {status}: {mood}"\n    where id == "r2"\n  }\n}'),
  word('loop', ['for first response', 'for', 'first', 'response'], 'for first response { entries }', "The first annotator's submitted answers alone.", 'task t: prompt_completion on reviews {\n  for first response {\n    prompt = text\n    completion = mood\n  }\n}'),
  word('loop', ['for each pair', 'for', 'each', 'pair'], 'for each pair (better, worse) in RANKING { entries }', 'Every pair of options of which one is ranked above the other, by the exact ranks.', 'task t: reward_modeling on reviews {\n  for each pair (better, worse) in order by mean {\n    chosen = better\n    rejected = worse\n  }\n}'),
  word('loop', ['for each item', 'for', 'each'], 'for each NAME in LIST { entries }', 'One turn for each item of a list.', 'task t: pretraining on reviews {\n  for each word in split(title ?? text) {\n    text = word\n  }\n}'),

  // Names
  word('name', 'field', 'field.NAME, field[expression]', 'A field of the record, said outright; by value with brackets. Needed where a field and a question share a name.', 'task t: sft on reviews {\n  text = field["title"]\n}'),
  word('name', 'question', 'question.NAME', 'A question, said outright. Outside a loop it is several answers: `q by STRATEGY` makes one of them, in an argument it is the list of submitted answers.', 'task t: sft on reviews {\n  text = "{first(question.note)} {count(question.mood)}"\n}'),
  word('name', ['suggestion', 'score', 'agent'], 'suggestion.QUESTION, .score, .agent', 'What was suggested for a question, how sure, by whom.', 'task t: sft on reviews {\n  text = "{suggestion.mood} {suggestion.mood.score} {suggestion.mood.agent}"\n}'),
  word('name', 'metadata', 'metadata.NAME', 'A value of the record\'s metadata.', 'task t: sft on reviews {\n  text = metadata.source\n}'),
  word('name', 'id', 'id', "The record's external id, or its position where it has none.", 'task t: sft on reviews {\n  text = id\n}'),
  word('name', 'annotator', 'annotator', 'In a loop over responses: who answers.'),
  word('name', 'status', 'status', 'In a loop over responses: submitted, draft or discarded.'),

  // Questions and values
  word('value', 'by', 'QUESTION by STRATEGY(options)', "Makes one answer of several. Where a column has a default (a label: majority) the question's name alone is enough.", 'task t: text_classification on reviews {\n  text = text\n  label = mood by majority(ties: drop, statuses: [submitted, draft])\n}'),
  word('value', 'ties', 'by majority(ties: first | random | drop)', 'Which of equally good answers counts: the first in the order of the options (default; for rankings the first given), one by chance with the seed and the record, or none, so that the row is dropped.', 'task t: text_classification on reviews {\n  text = text\n  label = mood by majority(ties: drop)\n}'),
  word('value', 'statuses', 'by majority(statuses: [submitted, draft, discarded])', 'Which answers count. Default: submitted ones.', 'task t: text_classification on reviews {\n  text = text\n  label = mood by majority(statuses: [submitted, draft])\n}'),
  word('value', ['[ ]', '[', ']'], '[a, b], value[0], value[-1], value[:5]', 'A list; an item of a list or a code point of a text, from the end where negative; a part of it.', 'task t: sft on reviews {\n  text = "{text[:3]} {text[-1]} {["a", "b"][0]}"\n}'),
  word('value', ['true', 'false'], 'true, false', 'The truth values.'),

  // Operators, loosest first
  word('operator', '|', 'value | function | function(argument)', 'A pipe: the value becomes the first argument. It binds loosest.', 'task t: sft on reviews {\n  text = text | lower | replace(".", "!")\n}'),
  word('operator', ['?', ':', '? :'], 'condition ? a : b', 'One of two values; the second where the condition is null.', 'task t: sft on reviews {\n  text = length(text) > 11 ? "long" : "short"\n}'),
  word('operator', '??', 'value ?? default', 'The value, or the default where it is null.', 'task t: sft on reviews {\n  text = title ?? "no title"\n}'),
  word('operator', 'or', 'a or b', 'True where one is. Null where that cannot be known.'),
  word('operator', 'and', 'a and b', 'True where both are. Null where that cannot be known.'),
  word('operator', 'not', 'not a', 'True where it is false.'),
  word('operator', ['==', '!=', '<', '<=', '>', '>='], '== != < <= > >=', 'Comparisons: numbers with numbers, texts with texts; they do not follow each other. A comparison with null is null.'),
  word('operator', 'in', 'item in list, part in text', 'Is it one of the items, is it a part of the text?', 'task t: sft on reviews {\n  text = text\n  where "fast" in text or "bad" in mood\n}'),
  word('operator', ['+', '-'], 'a + b, a - b', 'Sums and differences of numbers; `+` also joins two texts or two lists.'),
  word('operator', ['*', '/'], 'a * b, a / b', 'Products and quotients; a division by zero is null.'),
];
