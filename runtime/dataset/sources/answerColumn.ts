/** Answers as Arrow has them, decoded by the type of their question. */
import type { Data, Vector } from 'apache-arrow';
import { checkAnswer, checkSpans } from '../answers.js';
import { LazyColumn } from '../batch.js';
import { SpanQuestion, type Question } from '../questions.js';
import type { AnswerValue, Column, RankedItem, Span } from '../record.js';
import { nullsOf, onlyData, TextCodes, textColumn } from './texts.js';

/**
 * Answers to a question, by place; each is checked when it is asked for.
 * @param where a place in words, for messages: `record "12", annotator "ann"`.
 * @param textOf the field that a span lies in, by the answer's place.
 * @param names what the numbers of the column stand for, where it keeps labels as numbers.
 */
export function answerColumn(
  question: Question,
  vector: Vector | null | undefined,
  length: number,
  where: (place: number) => string,
  names: readonly (string | null)[] | undefined,
  textOf: (field: string, place: number) => string | null,
): Column<AnswerValue | null> {
  if (!vector) return new LazyColumn<AnswerValue | null>(length, () => null);
  const checked = (value: unknown, place: number): AnswerValue => {
    checkAnswer(question, value, () => where(place));
    if (question instanceof SpanQuestion) checkSpans(question, value as readonly Span[], textOf(question.field, place), () => where(place));
    return value;
  };
  const isNull = nullsOf(onlyData(vector));
  if (names) {
    return new LazyColumn(length, (place) => {
      const name = isNull(place) ? null : (names[Number(vector.get(place))] ?? null);
      return name === null ? null : checked(name, place);
    });
  }
  switch (question.type) {
    case 'text':
      return textColumn(vector, length);
    case 'label': {
      const labels = new TextCodes(vector, length);
      const known = new Uint8Array(labels.texts.length);
      const get = (place: number): AnswerValue | null => {
        const code = labels.codes[place]!;
        if (code < 0) return null;
        const label = labels.texts[code]!;
        if (known[code] === 0) {
          checked(label, place);
          known[code] = 1;
        }
        return label;
      };
      return new LazyColumn(length, get, (place) => labels.codes[place]! >= 0);
    }
    default: {
      const read = reader(question.type, vector);
      return new LazyColumn(
        length,
        (place) => (isNull(place) ? null : checked(read(place), place)),
        (place) => !isNull(place),
      );
    }
  }
}

/** Gives what is there at a place, not yet checked; columns that are not as the type is kept give what Arrow makes of them. */
function reader(type: Question['type'], vector: Vector): (place: number) => unknown {
  if (type === 'rating') return (place) => Number(vector.get(place));
  if (type === 'multi_label') return listOf(vector, codes) ?? ((place) => plain(vector.get(place)));
  // Argilla 2.x: a ranking is the list of its options, the best one first.
  const offsets = type === 'ranking' ? listOffsets(onlyData(vector)) : undefined;
  if (offsets && isText(vector.getChildAt(0)!)) {
    const options = listOf(vector, codes)!;
    return (place) => options(place).map((value, i): RankedItem => ({ value: value as string, rank: i + 1 }));
  }
  const make: Record<string, (members: ReadonlyMap<string, Member>, i: number) => unknown> = {
    ranking: (members, i): RankedItem => ({ value: members.get('value')?.(i) as string, rank: (members.get('rank')?.(i) ?? null) as number | null }),
    span: (members, i): Span => {
      const [label, start, end, score] = ['label', 'start', 'end', 'score'].map((name) => members.get(name)?.(i));
      return { label: label as string, start: start as number, end: end as number, ...(typeof score === 'number' && { score }) };
    },
  };
  return itemsOf(vector, make[type]!) ?? ((place) => plain(vector.get(place)));
}

/** A member of an item, by its place among all items. */
type Member = (index: number) => unknown;

/** Items of rankings and spans: an object of lists, or a list of objects; nothing where it is neither. */
function itemsOf<T>(vector: Vector, make: (members: ReadonlyMap<string, Member>, i: number) => T): ((place: number) => T[]) | undefined {
  const data = onlyData(vector);
  const list = listOffsets(data);
  if (list) {
    const members = membersOf(vector.getChildAt(0));
    return members && ((place) => range(list, place, (i) => make(members, i)));
  }
  const names = (data.type.children as { name: string }[] | null)?.map(({ name }) => name) ?? [];
  const members = new Map<string, Member>();
  let offsets: Int32Array | undefined;
  for (const name of names) {
    const lists = vector.getChild(name);
    const own = lists && listOffsets(onlyData(lists));
    if (!own) return undefined;
    members.set(name, valuesOf(lists.getChildAt(0)!));
    if (name === 'value' || name === 'label') offsets = own;
  }
  return offsets && ((place) => range(offsets, place, (i) => make(members, i)));
}

function membersOf(items: Vector | null): Map<string, Member> | undefined {
  const children = items?.type.children as { name: string }[] | null | undefined;
  return children && items ? new Map(children.map(({ name }) => [name, valuesOf(items.getChild(name)!)])) : undefined;
}

/** Texts that come again and again; numbers as JavaScript's. */
function valuesOf(vector: Vector): Member {
  return isText(vector) ? codes(vector) : (i) => plain(vector.get(i));
}

function codes(vector: Vector): Member {
  const texts = new TextCodes(vector, vector.length);
  return (i) => texts.get(i);
}

function listOf<T>(vector: Vector, of: (items: Vector) => (index: number) => T): ((place: number) => T[]) | undefined {
  const offsets = listOffsets(onlyData(vector));
  if (!offsets) return undefined;
  const items = of(vector.getChildAt(0)!);
  return (place) => range(offsets, place, items);
}

function range<T>(offsets: Int32Array, place: number, of: (index: number) => T): T[] {
  const found: T[] = [];
  for (let i = offsets[place]!; i < offsets[place + 1]!; i++) found.push(of(i));
  return found;
}

/** Where each list starts among the items, where the column is one of lists. */
export function listOffsets(data: Data): Int32Array | undefined {
  // Arrow's type number of lists.
  return (data.typeId as number) === 12 && data.offset === 0 ? (data.valueOffsets as Int32Array) : undefined;
}

const isText = (vector: Vector): boolean => [5, 20].includes(onlyData(vector).typeId as number);

/** Whole numbers of 64 bits, Arrow's own lists and objects as JavaScript's. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as Iterable<unknown>, plain);
  if ('toJSON' in value) return plain((value.toJSON as () => unknown)());
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}
