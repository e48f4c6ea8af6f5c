/** Programs that show what the runtime's tables have; `reviews` is declared. */

/** A task of each kind. */
export const kindExamples: Readonly<Record<string, string>> = {
  text_classification: 'task t: text_classification on reviews {\n  text = text\n  label = mood\n}',
  supervised_fine_tuning: 'task t: sft on reviews {\n  for each response {\n    messages = [user(text), assistant(note)]\n  }\n}',
  reward_modeling: 'task t: reward_modeling on reviews {\n  prompt = text\n  for each pair (better, worse) in order by mean {\n    chosen = better\n    rejected = worse\n  }\n}',
  proximal_policy_optimization: 'task t: ppo on reviews {\n  query = "Answer this review: {text}"\n}',
  direct_preference_optimization: 'task t: dpo on reviews {\n  for each response {\n    prompt = text\n    chosen = note\n    rejected = "No comment."\n  }\n}',
  pretraining: 'task t: pretraining on reviews {\n  text = text\n}',
  prompt_completion: 'task t: prompt_completion on reviews {\n  for first response {\n    prompt = text\n    completion = mood\n  }\n}',
  question_answering: 'task t: question_answering on reviews {\n  question = "What is it about?"\n  context = text\n  answer = title\n}',
  sentence_similarity: 'task t: sentence_similarity on reviews {\n  sentence-1 = text\n  sentence-2 = first(note)\n  label = stars by mean\n}',
  chat_completion: 'task t: chat_completion on reviews {\n  for each response {\n    messages = [system("Sort reviews."), user(text), assistant(mood)]\n  }\n}',
  token_classification: 'task t: token_classification on reviews {\n  text = text\n  spans = parts by disagreement\n}',
};

const column: Readonly<Record<string, string>> = {
  label: 'text_classification on reviews {\n  text = text\n  label = mood by STRATEGY\n}',
  multi_label: 'text_classification on reviews {\n  text = text\n  label = topics by STRATEGY\n}',
  rating: 'sft on reviews {\n  text = "{stars by STRATEGY}"\n}',
  ranking: 'reward_modeling on reviews {\n  for each pair (better, worse) in order by STRATEGY {\n    chosen = better\n    rejected = worse\n  }\n}',
  text: 'pretraining on reviews {\n  text = note by STRATEGY\n}',
  span: 'token_classification on reviews {\n  text = text\n  spans = parts by STRATEGY\n}',
};

/** A task that unifies a question of a type by a strategy. */
export const strategyExample = (strategy: string, questionType: string): string => `task t: ${column[questionType]!.replace('STRATEGY', strategy)}`;

/** A program as a whole, at the top of the page. */
export const wholeProgram = `param base = 8

dataset reviews from file "data/reviews.jsonl" { settings = "data/reviews.yaml" }

template shown(text, title = "untitled") = "{title}: {text | trim}"

task moods: text_classification on reviews {
  text  = shown(text)
  label = mood by majority(ties: drop)
  where length(text) > base
}

training mood_model {
  task       = moods
  framework  = linear
  train_size = 0.8
  seed       = 42
  options { C = 2 }
}`;

/** What every other example has above it. */
export const prelude = 'dataset reviews from file "data/reviews.jsonl" { settings = "data/reviews.yaml" }';
