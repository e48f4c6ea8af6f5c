import { CstParser, EOF, type IParserErrorMessageProvider, type TokenType } from './chevrotain.js';
import * as t from './tokens.js';

const label = (type: TokenType) => type.LABEL ?? type.name;

/** Says only what was expected; the message around it is in the catalogue. */
const expected: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected: type, actual }) =>
    type === t.RightCurly && actual.tokenType !== EOF && actual.tokenType !== t.EndOfLine ? t.EndOfLine.LABEL! : label(type),
  buildNotAllInputParsedMessage: () => t.EndOfLine.LABEL!,
  buildNoViableAltMessage: ({ customUserDescription, expectedPathsPerAlt }) =>
    customUserDescription ?? [...new Set(expectedPathsPerAlt.flat().map((path) => (path[0] ? label(path[0]) : '')))].join(' or '),
  buildEarlyExitMessage: ({ customUserDescription, expectedIterationPaths }) =>
    customUserDescription ?? [...new Set(expectedIterationPaths.map((path) => (path[0] ? label(path[0]) : '')))].join(' or '),
};

/** A mistake in an expression costs its entry: the parser goes on at the next one, and never guesses inside. */
const inEntry = { resyncEnabled: false };

/**
 * The grammar, one rule a line of EBNF. LL(1), which `maxLookahead: 1` enforces: completion asks this same parser which
 * token may come next, and that is exact for an LL(1) grammar alone.
 */
export class TaskParser extends CstParser {
  constructor({ recover }: { recover: boolean }) {
    super(t.vocabulary, { recoveryEnabled: recover, maxLookahead: 1, errorMessageProvider: expected });
    this.performSelfAnalysis();
  }

  // program ::= declaration? (EOL declaration?)*
  readonly program = this.RULE('program', () => {
    this.OPTION(() => this.SUBRULE(this.declaration));
    this.MANY(() => {
      this.CONSUME(t.EndOfLine);
      this.OPTION1(() => this.SUBRULE1(this.declaration));
    });
  });

  readonly declaration = this.RULE('declaration', () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.param) },
        { ALT: () => this.SUBRULE(this.dataset) },
        { ALT: () => this.SUBRULE(this.template) },
        { ALT: () => this.SUBRULE(this.task) },
        { ALT: () => this.SUBRULE(this.training) },
        { ALT: () => this.SUBRULE(this.include) },
      ],
      ERR_MSG: 'a declaration',
    });
  });

  // param ::= 'param' name '=' expression
  readonly param = this.RULE('param', () => {
    this.CONSUME(t.Param);
    this.CONSUME(t.Name, { LABEL: 'name' });
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  // include ::= 'include' expression
  readonly include = this.RULE('include', () => {
    this.CONSUME(t.Include);
    this.SUBRULE(this.expression);
  });

  // dataset ::= 'dataset' name 'from' word primary datasetBlock?
  readonly dataset = this.RULE('dataset', () => {
    this.CONSUME(t.Dataset);
    this.CONSUME(t.Name, { LABEL: 'name' });
    this.CONSUME(t.From);
    this.CONSUME1(t.Name, { LABEL: 'from' });
    this.SUBRULE(this.primary);
    this.OPTION(() => this.SUBRULE(this.datasetBlock));
  });

  // template ::= 'template' name '(' (parameter (',' parameter?)*)? ')' '=' expression
  readonly template = this.RULE('template', () => {
    this.CONSUME(t.Template);
    this.CONSUME(t.Name, { LABEL: 'name' });
    this.CONSUME(t.LeftParen);
    this.OPTION(() => {
      this.SUBRULE(this.parameter);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION1(() => this.SUBRULE1(this.parameter));
      });
    });
    this.CONSUME(t.RightParen);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  // parameter ::= name ('=' expression)?
  readonly parameter = this.RULE('parameter', () => {
    this.CONSUME(t.Name, { LABEL: 'name' });
    this.OPTION(() => {
      this.CONSUME(t.Equals);
      this.SUBRULE(this.expression);
    });
  });

  // task ::= 'task' name ('extends' name taskBlock | ':' kind ('on' name)? ('using' primary | taskBlock))
  readonly task = this.RULE('task', () => {
    this.CONSUME(t.Task);
    this.CONSUME(t.Name, { LABEL: 'name' });
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Extends);
            this.CONSUME1(t.Name, { LABEL: 'parent' });
            this.SUBRULE(this.taskBlock);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Colon);
            this.CONSUME2(t.Name, { LABEL: 'kind' });
            this.OPTION(() => {
              this.CONSUME(t.On);
              this.CONSUME3(t.Name, { LABEL: 'on' });
            });
            this.OR1({
              DEF: [
                {
                  ALT: () => {
                    this.CONSUME(t.Using);
                    this.SUBRULE(this.primary);
                  },
                },
                { ALT: () => this.SUBRULE1(this.taskBlock) },
              ],
              ERR_MSG: "'{' or 'using'",
            });
          },
        },
      ],
      ERR_MSG: "':' and the kind of task, or 'extends'",
    });
  });

  // training ::= 'training' name ('extends' name)? trainingBlock
  readonly training = this.RULE('training', () => {
    this.CONSUME(t.Training);
    this.CONSUME(t.Name, { LABEL: 'name' });
    this.OPTION(() => {
      this.CONSUME(t.Extends);
      this.CONSUME1(t.Name, { LABEL: 'parent' });
    });
    this.SUBRULE(this.trainingBlock);
  });

  // taskBlock ::= '{' taskEntry? (EOL taskEntry?)* '}'      -- the line end keeps one mistake in one entry
  readonly taskBlock = this.RULE('taskBlock', () => {
    this.CONSUME(t.LeftCurly);
    this.OPTION(() => this.SUBRULE(this.taskEntry));
    this.MANY(() => {
      this.CONSUME(t.EndOfLine);
      this.OPTION1(() => this.SUBRULE1(this.taskEntry));
    });
    this.CONSUME(t.RightCurly);
  });

  // taskEntry ::= 'let' name '=' expression | 'where' expression | loop | name '=' expression
  readonly taskEntry = this.RULE('taskEntry', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Let);
          this.CONSUME(t.Name, { LABEL: 'name' });
          this.CONSUME(t.Equals);
          this.SUBRULE(this.expression);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Where);
          this.SUBRULE1(this.expression);
        },
      },
      { ALT: () => this.SUBRULE(this.loop) },
      {
        ALT: () => {
          this.CONSUME1(t.Name, { LABEL: 'name' });
          this.CONSUME1(t.Equals);
          this.SUBRULE2(this.expression);
        },
      },
    ]);
  });

  // loop ::= 'for' ('each' | 'first') name ('(' name (',' name)* ')')? ('including' name (',' name)*)? ('in' expression)? taskBlock
  readonly loop = this.RULE('loop', () => {
    this.CONSUME(t.For);
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(t.Each) }, { ALT: () => this.CONSUME(t.First) }],
      ERR_MSG: "'each' or 'first'",
    });
    this.CONSUME(t.Name, { LABEL: 'subject' });
    this.OPTION(() => {
      this.CONSUME(t.LeftParen);
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.CONSUME1(t.Name, { LABEL: 'pair' }) });
      this.CONSUME(t.RightParen);
    });
    this.OPTION1(() => {
      this.CONSUME(t.Including);
      this.AT_LEAST_ONE_SEP1({ SEP: t.Comma, DEF: () => this.CONSUME2(t.Name, { LABEL: 'including' }) });
    });
    this.OPTION2(() => {
      this.CONSUME(t.In);
      this.SUBRULE(this.expression);
    });
    this.SUBRULE(this.taskBlock);
  });

  // datasetBlock ::= '{' datasetEntry? (EOL datasetEntry?)* '}'
  readonly datasetBlock = this.RULE('datasetBlock', () => {
    this.CONSUME(t.LeftCurly);
    this.OPTION(() => this.SUBRULE(this.datasetEntry));
    this.MANY(() => {
      this.CONSUME(t.EndOfLine);
      this.OPTION1(() => this.SUBRULE1(this.datasetEntry));
    });
    this.CONSUME(t.RightCurly);
  });

  // datasetEntry ::= 'field' name '=' expression | 'question' name ':' questionType '=' expression | name name? '=' expression
  readonly datasetEntry = this.RULE('datasetEntry', () => {
    this.OR([
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Field, { LABEL: 'role' });
          this.CONSUME(t.Name, { LABEL: 'name' });
          this.CONSUME(t.Equals);
          this.SUBRULE(this.expression);
        },
      },
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(t.Question, { LABEL: 'role' });
          this.CONSUME1(t.Name, { LABEL: 'name' });
          this.CONSUME(t.Colon);
          this.SUBRULE(this.questionType);
          this.CONSUME1(t.Equals);
          this.SUBRULE1(this.expression);
        },
      },
      {
        ALT: () => {
          this.CONSUME2(t.Name, { LABEL: 'key' });
          this.OPTION(() => this.CONSUME3(t.Name, { LABEL: 'name' }));
          this.CONSUME2(t.Equals);
          this.SUBRULE2(this.expression);
        },
      },
    ]);
  });

  // questionType ::= name ('(' expression ('to' expression)? (',' expression)* ')')? ('of' name)?
  readonly questionType = this.RULE('questionType', () => {
    this.CONSUME(t.Name, { LABEL: 'name' });
    this.OPTION(() => {
      this.CONSUME(t.LeftParen);
      this.SUBRULE(this.expression);
      this.OPTION1(() => {
        this.CONSUME(t.To);
        this.SUBRULE1(this.expression, { LABEL: 'to' });
      });
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION3(() => this.SUBRULE2(this.expression));
      });
      this.CONSUME(t.RightParen);
    });
    this.OPTION2(() => {
      this.CONSUME(t.Of);
      this.CONSUME1(t.Name, { LABEL: 'field' });
    });
  });

  // trainingBlock ::= '{' trainingEntry? (EOL trainingEntry?)* '}'
  readonly trainingBlock = this.RULE('trainingBlock', () => {
    this.CONSUME(t.LeftCurly);
    this.OPTION(() => this.SUBRULE(this.trainingEntry));
    this.MANY(() => {
      this.CONSUME(t.EndOfLine);
      this.OPTION1(() => this.SUBRULE1(this.trainingEntry));
    });
    this.CONSUME(t.RightCurly);
  });

  // trainingEntry ::= name ('=' expression | name? trainingBlock)
  readonly trainingEntry = this.RULE('trainingEntry', () => {
    this.CONSUME(t.Name, { LABEL: 'name' });
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Equals);
            this.SUBRULE(this.expression);
          },
        },
        {
          ALT: () => {
            this.OPTION(() => this.CONSUME1(t.Name, { LABEL: 'target' }));
            this.SUBRULE(this.trainingBlock);
          },
        },
      ],
      ERR_MSG: "'=' and a value, or a block in '{ }'",
    });
  });

  // expression ::= conditional ('|' postfix)*
  readonly expression = this.RULE('expression', () => {
    this.SUBRULE(this.conditional);
    this.MANY(() => {
      this.CONSUME(t.Pipe);
      this.SUBRULE(this.postfix);
    });
  }, inEntry);

  // conditional ::= operation ('?' conditional ':' conditional)?
  readonly conditional = this.RULE('conditional', () => {
    this.SUBRULE(this.operation);
    this.OPTION(() => {
      this.CONSUME(t.QuestionMark);
      this.SUBRULE(this.conditional);
      this.CONSUME(t.Colon);
      this.SUBRULE1(this.conditional);
    });
  }, inEntry);

  // operation ::= prefixed (operator prefixed)*      -- precedence is decided on the way to the tree
  readonly operation = this.RULE('operation', () => {
    this.SUBRULE(this.prefixed);
    this.MANY(() => {
      this.CONSUME(t.Operator, { LABEL: 'operator' });
      this.SUBRULE1(this.prefixed);
    });
  }, inEntry);

  // prefixed ::= ('not' | '-' | '+')* postfix
  readonly prefixed = this.RULE('prefixed', () => {
    this.MANY(() => this.CONSUME(t.Prefix, { LABEL: 'prefix' }));
    this.SUBRULE(this.postfix);
  }, inEntry);

  // postfix ::= primary suffix*
  readonly postfix = this.RULE('postfix', () => {
    this.SUBRULE(this.primary);
    this.MANY(() => this.SUBRULE(this.suffix));
  }, inEntry);

  // suffix ::= '.' word | arguments | '[' subscript ']' | 'by' name arguments?
  readonly suffix = this.RULE('suffix', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          this.CONSUME(t.Word, { LABEL: 'member' });
        },
      },
      { ALT: () => this.SUBRULE(this.arguments) },
      {
        ALT: () => {
          this.CONSUME(t.LeftBracket);
          this.SUBRULE(this.subscript);
          this.CONSUME(t.RightBracket);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.By);
          this.CONSUME(t.Name, { LABEL: 'strategy' });
          this.OPTION(() => this.SUBRULE1(this.arguments));
        },
      },
    ]);
  }, inEntry);

  // subscript ::= ':' expression? | expression (':' expression?)?
  readonly subscript = this.RULE('subscript', () => {
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Colon);
            this.OPTION(() => this.SUBRULE(this.expression, { LABEL: 'to' }));
          },
        },
        {
          ALT: () => {
            this.SUBRULE1(this.expression, { LABEL: 'from' });
            this.OPTION1(() => {
              this.CONSUME1(t.Colon);
              this.OPTION2(() => this.SUBRULE2(this.expression, { LABEL: 'to' }));
            });
          },
        },
      ],
      ERR_MSG: "a position or a range such as ':500'",
    });
  }, inEntry);

  // arguments ::= '(' (argument (',' argument?)*)? ')'
  readonly arguments = this.RULE('arguments', () => {
    this.CONSUME(t.LeftParen);
    this.OPTION(() => {
      this.SUBRULE(this.argument);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION1(() => this.SUBRULE1(this.argument));
      });
    });
    this.CONSUME(t.RightParen);
  }, inEntry);

  // argument ::= expression (':' expression)? | reserved ':' expression
  readonly argument = this.RULE('argument', () => {
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.expression, { LABEL: 'first' });
          this.OPTION(() => {
            this.CONSUME(t.Colon);
            this.SUBRULE1(this.expression, { LABEL: 'value' });
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.ArgumentWord, { LABEL: 'name' });
          this.CONSUME1(t.Colon);
          this.SUBRULE2(this.expression, { LABEL: 'value' });
        },
      },
    ]);
  }, inEntry);

  // primary ::= name | number | 'true' | 'false' | 'null' | '(' expression ')' | list | text
  readonly primary = this.RULE('primary', () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(t.Name, { LABEL: 'name' }) },
        { ALT: () => this.CONSUME(t.NumberLiteral, { LABEL: 'literal' }) },
        { ALT: () => this.CONSUME(t.True, { LABEL: 'literal' }) },
        { ALT: () => this.CONSUME(t.False, { LABEL: 'literal' }) },
        { ALT: () => this.CONSUME(t.Null, { LABEL: 'literal' }) },
        {
          ALT: () => {
            this.CONSUME(t.LeftParen);
            this.SUBRULE(this.expression);
            this.CONSUME(t.RightParen);
          },
        },
        { ALT: () => this.SUBRULE(this.list) },
        { ALT: () => this.SUBRULE(this.text) },
      ],
      ERR_MSG: 'a value',
    });
  }, inEntry);

  // list ::= '[' (expression (',' expression?)*)? ']'
  readonly list = this.RULE('list', () => {
    this.CONSUME(t.LeftBracket);
    this.OPTION(() => {
      this.SUBRULE(this.expression);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.OPTION1(() => this.SUBRULE1(this.expression));
      });
    });
    this.CONSUME(t.RightBracket);
  }, inEntry);

  // text ::= '"' (chunk | escape | brace | '{' expression '}')* '"'
  readonly text = this.RULE('text', () => {
    this.CONSUME(t.TextOpen, { LABEL: 'open' });
    this.MANY(() =>
      this.OR([{ ALT: () => this.CONSUME(t.TextPart, { LABEL: 'part' }) }, { ALT: () => this.SUBRULE(this.hole) }]),
    );
    this.CONSUME(t.TextClose, { LABEL: 'close' });
  }, inEntry);

  // hole ::= '{' expression '}'
  readonly hole = this.RULE('hole', () => {
    this.CONSUME(t.HoleOpen);
    this.SUBRULE(this.expression);
    this.CONSUME(t.HoleClose);
  }, inEntry);
}
