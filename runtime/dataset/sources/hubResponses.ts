/** The answers of the hub's layout, which stand by question, brought together by annotator. */
import type { Vector } from 'apache-arrow';
import { UserError } from '../../error.js';
import { LazyColumn } from '../batch.js';
import type { Question } from '../questions.js';
import type { AnswerValue, Column, ResponseColumns, ResponseStatus, Utf8 } from '../record.js';
import { answerColumn } from './answerColumn.js';
import type { AnswerVectors } from './layout.js';
import { nullsOf, onlyData, TextCodes } from './texts.js';

/** One question's answers: those of record `i` from `offsets[i]` up to `offsets[i + 1]`. */
interface AnswerLists {
  readonly question: Question;
  readonly offsets: Int32Array;
  readonly length: number;
  readonly isNull: (index: number) => boolean;
  readonly users: TextCodes;
  readonly statuses: TextCodes;
  readonly values: Vector;
}

const statuses: readonly string[] = ['submitted', 'draft', 'discarded'];

/**
 * @param answersOf the answers to a question, as `Layout.answers` gives them.
 * @param where a record in words, for messages: `record "12"`.
 * @param textOf a record's field, which spans lie in.
 * @throws {UserError} `data/answer`, `data/duplicate-answer`; where they are asked for `data/status` and what `checkAnswer` throws.
 */
export function hubResponses(questions: readonly Question[], answersOf: (question: Question) => AnswerVectors | false | undefined, records: number, where: (record: number) => string, textOf: (field: string, record: number) => string | null): ResponseColumns {
  const lists = questions.flatMap((question) => {
    const answers = answersOf(question);
    if (answers === false) {
      throw new UserError('data/answer', `${where(0)}: the column "${question.name}" has no list of answers.`, "In the hub's layout each answer has user_id, value and status; read other columns with from file.");
    }
    return answers ? [listsOf(question, answers)] : [];
  });
  return new HubResponses(lists, records, where, textOf);
}

class HubResponses implements ResponseColumns {
  readonly starts: Int32Array;
  readonly annotator: Column<string | null>;
  readonly status: Column<ResponseStatus>;
  /** By list and place: where the answer stands among the list's, -1 where there is none. */
  readonly #answers: readonly Int32Array[];
  readonly #lists: readonly AnswerLists[];
  readonly #columns = new Map<string, Column<AnswerValue | null>>();
  readonly #where: (place: number) => string;
  readonly #textOf: (field: string, place: number) => string | null;

  constructor(lists: readonly AnswerLists[], records: number, where: (record: number) => string, textOf: (field: string, record: number) => string | null) {
    const most = lists.reduce((sum, { length }) => sum + length, 0);
    this.#lists = lists;
    this.#answers = lists.map(() => new Int32Array(most).fill(-1));
    this.starts = new Int32Array(records + 1);
    const users = new Users(lists);
    const annotators: (string | null)[] = [];
    // Who said it first says the status: the list and the place there.
    const statusList = new Uint16Array(most);
    const statusAt = new Int32Array(most);
    for (let record = 0, next = 0; record < records; record++) {
      const start = next;
      const nobodies: number[] = [];
      for (let l = 0; l < lists.length; l++) {
        const { offsets, isNull } = lists[l]!;
        const answers = this.#answers[l]!;
        for (let at = offsets[record]!, nobody = 0; at < offsets[record + 1]!; at++) {
          if (isNull(at)) continue;
          const user = users.at(l, at);
          // Answers of nobody in particular belong together by their place.
          const known = user < 0 ? (nobodies[nobody++] ?? -1) : users.places[user]!;
          let place = known;
          if (known < start) {
            place = next++;
            annotators[place] = user < 0 ? null : users.names[user]!;
            statusList[place] = l;
            statusAt[place] = at;
            if (user < 0) nobodies.push(place);
            else users.places[user] = place;
          }
          if (answers[place]! >= 0) {
            throw new UserError('data/duplicate-answer', `${where(record)}: "${annotators[place]}" answered "${lists[l]!.question.name}" twice.`, 'Keep one answer of each annotator.');
          }
          answers[place] = at;
        }
      }
      this.starts[record + 1] = next;
    }
    const length = this.starts[records]!;
    const recordOf = (place: number): number => lastAtMost(this.starts, place);
    this.#textOf = (field, place) => textOf(field, recordOf(place));
    this.#where = (place) => `${where(recordOf(place))}, annotator ${annotators[place] === null ? 'unknown' : `"${annotators[place]}"`}`;
    this.annotator = new LazyColumn(length, (place) => annotators[place]!);
    this.status = new LazyColumn(length, (place) => statusOf(lists[statusList[place]!]!.statuses.get(statusAt[place]!), () => where(recordOf(place))));
  }

  answer(question: string): Column<AnswerValue | null> {
    let column = this.#columns.get(question);
    if (!column) this.#columns.set(question, (column = this.#column(question)));
    return column;
  }

  #column(name: string): Column<AnswerValue | null> {
    const { length } = this.annotator;
    const l = this.#lists.findIndex(({ question }) => question.name === name);
    if (l < 0) return new LazyColumn<AnswerValue | null>(length, () => null);
    const { question, values, length: answersLength } = this.#lists[l]!;
    const at = this.#answers[l]!.subarray(0, length);
    const placeOf = new Int32Array(answersLength);
    at.forEach((answer, place) => answer >= 0 && (placeOf[answer] = place));
    const answers = answerColumn(question, values, answersLength, (answer) => this.#where(placeOf[answer]!), undefined, (field, answer) => this.#textOf(field, placeOf[answer]!));
    // Where every annotator answered in the order of the list, places are the same.
    if (length === answersLength && at.every((answer, place) => answer === place)) return answers;
    return new Answers(at, answers);
  }
}

/** A list's answers by the places of the responses. */
class Answers implements Column<AnswerValue | null> {
  readonly length: number;
  readonly utf8: Utf8 | undefined;

  constructor(
    private readonly at: Int32Array,
    private readonly answers: Column<AnswerValue | null>,
  ) {
    this.length = at.length;
    const { utf8 } = answers;
    this.utf8 = utf8 && { bytes: utf8.bytes, start: (place: number) => utf8.start(at[place]!), end: (place: number) => utf8.end(at[place]!) };
  }

  has(place: number): boolean {
    const at = this.at[place]!;
    return at >= 0 && this.answers.has(at);
  }

  get(place: number): AnswerValue | null {
    const at = this.at[place]!;
    return at < 0 ? null : this.answers.get(at);
  }
}

/** Annotators over all questions: one number for each. */
class Users {
  readonly names: string[] = [];
  /** The latest place of each. */
  readonly places: number[] = [];
  readonly #codes: readonly Int32Array[];

  constructor(private readonly lists: readonly AnswerLists[]) {
    const known = new Map<string, number>();
    this.#codes = lists.map(({ users }) => {
      const codes = new Int32Array(users.texts.length);
      users.texts.forEach((name, code) => {
        const before = known.get(name);
        codes[code] = before ?? this.names.push(name) - 1;
        if (before === undefined) {
          known.set(name, codes[code]!);
          this.places.push(-1);
        }
      });
      return codes;
    });
  }

  /** Who gave an answer; -1 for nobody. */
  at(list: number, answer: number): number {
    const code = this.lists[list]!.users.codes[answer]!;
    return code < 0 ? -1 : this.#codes[list]![code]!;
  }
}

function statusOf(status: string | null, where: () => string): ResponseStatus {
  if (status === null) return 'submitted';
  if (statuses.includes(status)) return status as ResponseStatus;
  throw new UserError('data/status', `${where()}: a response has the status "${status}".`, `It must be one of ${statuses.join(', ')}.`);
}

function listsOf(question: Question, { offsets, values, users, statuses }: AnswerVectors): AnswerLists {
  const { length } = values;
  const told = (vector: Vector | null): TextCodes => new TextCodes(vector, length);
  return { question, offsets, length, isNull: nullsOf(onlyData(values)), users: told(users), statuses: told(statuses), values };
}

/** The last index whose number is not above `value`; those that come twice are empty. */
function lastAtMost(starts: Int32Array, value: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
