import { createToken, Lexer, type ITokenConfig, type TokenType } from './chevrotain.js';

const category = (name: string, label: string, ...categories: TokenType[]) => createToken({ name, label, pattern: Lexer.NA, categories });

/** Any word, reserved ones included: what may follow a dot. */
export const Word = category('Word', 'a name');
/** Words that may stand as a name: identifiers, names in backticks, words that mean something only in their place. */
export const Name = category('Name', 'a name', Word);
/** Reserved words that start no expression, so that an argument may be called so: `replace(pattern: a, by: b)`. */
export const ArgumentWord = category('ArgumentWord', 'a name', Word);
export const Operator = category('Operator', 'an operator');
export const Prefix = category('Prefix', 'an operator');
export const TextPart = category('TextPart', 'text');
export const TextOpen = category('TextOpen', 'a text');
export const TextClose = category('TextClose', 'the closing quotes');

export const Identifier = createToken({
  name: 'Identifier',
  label: 'a name',
  pattern: /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9][A-Za-z0-9_]*)*/,
  categories: [Name],
});
export const QuotedName = createToken({ name: 'QuotedName', label: 'a name', pattern: /`[^`\r\n]+`/, categories: [Name] });

const word = (text: string, categories: TokenType[]) =>
  createToken({ name: text[0]!.toUpperCase() + text.slice(1), label: `'${text}'`, pattern: text, longer_alt: Identifier, categories });
const contextual = (text: string) => word(text, [Name]);
const punctuation = (name: string, text: string, ...categories: TokenType[]) => createToken({ name, label: `'${text}'`, pattern: text, categories });

export const Let = word('let', [ArgumentWord]);
export const Where = word('where', [ArgumentWord]);
export const For = word('for', [ArgumentWord]);
export const And = word('and', [ArgumentWord, Operator]);
export const Or = word('or', [ArgumentWord, Operator]);
export const Not = word('not', [Word, Prefix]);
export const In = word('in', [ArgumentWord, Operator]);
export const By = word('by', [ArgumentWord]);
export const True = word('true', [Word]);
export const False = word('false', [Word]);
export const Null = word('null', [Word]);

export const Param = contextual('param');
export const Dataset = contextual('dataset');
export const Template = contextual('template');
export const Task = contextual('task');
export const Training = contextual('training');
export const Include = contextual('include');
export const From = contextual('from');
export const On = contextual('on');
export const Using = contextual('using');
export const Extends = contextual('extends');
export const Field = contextual('field');
export const Question = contextual('question');
export const Each = contextual('each');
export const First = contextual('first');
export const Of = contextual('of');
export const To = contextual('to');
export const Including = contextual('including');

export const LeftParen = punctuation('LeftParen', '(');
export const RightParen = punctuation('RightParen', ')');
export const LeftBracket = punctuation('LeftBracket', '[');
export const RightBracket = punctuation('RightBracket', ']');
export const LeftCurly = punctuation('LeftCurly', '{');
export const RightCurly = punctuation('RightCurly', '}');
export const Coalesce = punctuation('Coalesce', '??', Operator);
export const QuestionMark = punctuation('QuestionMark', '?');
export const Colon = punctuation('Colon', ':');
export const Comma = punctuation('Comma', ',');
export const Dot = punctuation('Dot', '.');
export const Pipe = punctuation('Pipe', '|');
export const Equals = punctuation('Equals', '=');
export const Comparison = createToken({ name: 'Comparison', label: 'a comparison', pattern: /==|!=|<=|>=|<|>/, categories: [Operator] });
export const Sign = createToken({ name: 'Sign', label: "'+' or '-'", pattern: /[+-]/, categories: [Operator, Prefix] });
export const Times = createToken({ name: 'Times', label: "'*' or '/'", pattern: /[*/]/, categories: [Operator] });
export const NumberLiteral = createToken({ name: 'NumberLiteral', label: 'a number', pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/ });

/** Things of other languages, read as one token so that the message can say what to write instead. */
export const Foreign = createToken({ name: 'Foreign', label: 'something else', pattern: /===|!==|=>|&&|\|\||'[^'\r\n]*'|!(?!=)|[%&#@$^~\\'`]/ });
/** `1st`, `3-shot`: a name that begins with a digit. */
export const DigitName = createToken({
  name: 'DigitName',
  label: 'a name',
  pattern: /(?!\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_]))\d[A-Za-z0-9_]*(?:-[A-Za-z0-9][A-Za-z0-9_]*)*/,
});
export const ForeignWord = createToken({ name: 'ForeignWord', label: 'a name', pattern: /[\u00a1-\ufefe\uff00-\uffff][A-Za-z0-9_\u00a1-\ufefe\uff00-\uffff-]*/ });
export const ForeignCharacter = createToken({ name: 'ForeignCharacter', label: 'a character', pattern: /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0]/ });

/** A line end or `;`: closes an entry. Those inside brackets are taken out before parsing. */
export const EndOfLine = createToken({ name: 'EndOfLine', label: 'the end of the line', pattern: /;|\r?\n/, line_breaks: true });
const Blank = createToken({ name: 'Blank', pattern: /(?:[ \t\ufeff]|\r(?!\n))+/, group: Lexer.SKIPPED, line_breaks: true });
const BlankLines = createToken({ name: 'BlankLines', pattern: /[ \t\ufeff\r\n]+/, group: Lexer.SKIPPED, line_breaks: true });
export const LineComment = createToken({ name: 'LineComment', pattern: /\/\/(?:[^\r\n]|\r(?!\n))*/, group: 'comments', line_breaks: true });
export const BlockComment = createToken({ name: 'BlockComment', pattern: /\/\*[\s\S]*?\*\//, group: 'comments', line_breaks: true });
export const UnclosedComment = createToken({ name: 'UnclosedComment', pattern: /\/\*[\s\S]*/, group: 'comments', line_breaks: true });

export const ShortOpen = createToken({ name: 'ShortOpen', label: '\'"\'', pattern: '"', push_mode: 'short', categories: [TextOpen] });
export const ShortClose = createToken({ name: 'ShortClose', label: '\'"\'', pattern: '"', pop_mode: true, categories: [TextClose] });
export const LongOpen = createToken({ name: 'LongOpen', label: '\'"""\'', pattern: '"""', push_mode: 'long', categories: [TextOpen] });
export const LongClose = createToken({ name: 'LongClose', label: '\'"""\'', pattern: '"""', pop_mode: true, categories: [TextClose] });
export const Escape = createToken({ name: 'Escape', pattern: /\\(?:u\{[^}"\r\n]*\}|[^\r\n])?/, categories: [TextPart] });
export const DoubledBrace = createToken({ name: 'DoubledBrace', pattern: /\{\{|\}\}/, categories: [TextPart] });
export const LoneBrace = createToken({ name: 'LoneBrace', pattern: '}', categories: [TextPart] });
export const ShortChunk = createToken({ name: 'ShortChunk', pattern: /(?:[^"\\{}\r\n]|\r(?!\n))+/, categories: [TextPart], line_breaks: true });
export const LongChunk = createToken({ name: 'LongChunk', pattern: /(?:[^"\\{}]|"(?!""))+/, categories: [TextPart], line_breaks: true });
export const HoleOpen = category('HoleOpen', "'{'");
export const ShortHoleOpen = createToken({ name: 'ShortHoleOpen', label: "'{'", pattern: '{', push_mode: 'shortHole', categories: [HoleOpen] });
export const LongHoleOpen = createToken({ name: 'LongHoleOpen', label: "'{'", pattern: '{', push_mode: 'longHole', categories: [HoleOpen] });
export const HoleClose = createToken({ name: 'HoleClose', label: "'}'", pattern: '}', pop_mode: true });

/** Matches nothing, at a line end: one for each `"…"` text or hole in it that the line leaves open. */
export const Unclosed = createToken({
  name: 'Unclosed',
  pattern: { exec: (text, offset) => (text[offset] === '\n' || (text[offset] === '\r' && text[offset + 1] === '\n') ? [''] as unknown as RegExpExecArray : null) },
  start_chars_hint: ['\n', '\r'],
  line_breaks: false,
  pop_mode: true,
} satisfies ITokenConfig);

/** Longest first, so that `include` does not hide `including`, nor `in` either of them. */
const words = [
  Let, Where, For, And, Or, Not, In, By, True, False, Null,
  Param, Dataset, Template, Task, Training, Include, From, On, Using, Extends, Field, Question, Each, First, Of, To, Including,
].sort((a, b) => (b.PATTERN as string).length - (a.PATTERN as string).length);

const brackets = [LeftParen, RightParen, LeftBracket, RightBracket];
const common = [
  LongOpen, ShortOpen, ...words, Identifier, QuotedName, DigitName, NumberLiteral, Foreign, Coalesce, QuestionMark, Colon, Comma, Dot, Pipe,
  Comparison, Equals, Sign, Times, ForeignWord, ForeignCharacter,
];
const modes = {
  main: [Blank, EndOfLine, LineComment, BlockComment, UnclosedComment, ...brackets, LeftCurly, RightCurly, ...common],
  short: [Unclosed, Escape, DoubledBrace, ShortHoleOpen, ShortClose, ShortChunk, LoneBrace],
  long: [LongClose, Escape, DoubledBrace, LongHoleOpen, LongChunk, LoneBrace],
  shortHole: [Unclosed, Blank, HoleClose, LeftCurly, ...brackets, ...common],
  longHole: [BlankLines, HoleClose, LeftCurly, ...brackets, ...common],
};

export const lexer = new Lexer({ modes, defaultMode: 'main' }, { positionTracking: 'onlyOffset' });

export const vocabulary: TokenType[] = [
  ...new Set([...Object.values(modes).flat(), Word, Name, ArgumentWord, Operator, Prefix, TextPart, TextOpen, TextClose, HoleOpen]),
];
