import type { InputAnswer, InputQuestion, InputRefusal } from './child/protocol.js';
import type { Message } from './messages.js';
import type { Publisher } from './publisher.js';

interface Open {
  /** The request whose cell asks. */
  readonly cell: Message;
  readonly question: InputQuestion;
  answer(answer: InputAnswer): void;
}

/** What a cell asks its user, one question after the other, through the front end that sent the cell. */
export class Stdin {
  #open: Open[] = [];
  /** Id of the `input_request` that waits for its reply. */
  #asked = '';

  constructor(private readonly publisher: Publisher) {}

  ask(open: Open): void {
    this.#open.push(open);
    if (this.#open.length === 1) this.#next();
  }

  /** Takes an `input_reply`. One to an earlier question, or of another front end, is of no use any more. */
  take(reply: Message): void {
    const [first] = this.#open;
    if (!first || reply.header.msg_type !== 'input_reply' || !isFrom(first.cell, reply)) return;
    // Some clients leave the parent out; where there is one, it says what was answered.
    const { msg_id: parent = this.#asked } = reply.parent;
    if (parent !== this.#asked) return;
    this.#answerFirst({ value: String(reply.content['value'] ?? '') });
  }

  /** The cell is at its end. Who still waits for an answer is told so, unless it was interrupted. */
  end(refused?: InputRefusal): void {
    for (const { question, answer } of this.#open.splice(0)) if (refused) answer({ count: question.count, refused });
  }

  #next(): void {
    const [first] = this.#open;
    if (!first) return;
    const { prompt, password } = first.question;
    const lost = (): void => {
      if (this.#open[0] === first) this.#answerFirst({ refused: refusals.gone });
    };
    this.#asked = this.publisher.ask(first.cell, { prompt, password }, lost);
  }

  #answerFirst(answer: { readonly value: string } | { readonly refused: InputRefusal }): void {
    const { question, ...first } = this.#open.shift()!;
    first.answer({ count: question.count, ...answer });
    this.#next();
  }
}

const isFrom = (cell: Message, reply: Message): boolean => cell.identities.length === reply.identities.length && cell.identities.every((part, i) => part.equals(reply.identities[i]!));

const elsewhere = 'Give the value as a variable or a parameter, or run the cell in a front end that asks, JupyterLab for one.';

/** Why there is no answer. */
export const refusals = {
  notAllowed: { code: 'kernel/no-stdin', message: 'The cell asks its user, and this front end does not pass questions on.', hint: elsewhere },
  gone: { code: 'kernel/no-stdin', message: 'The cell asks its user, and the front end that sent it is gone.', hint: elsewhere },
  noCell: { code: 'kernel/no-cell', message: 'Only a cell that runs can ask its user, and this one has ended.', hint: 'Ask before the cell ends: "await input(…)".' },
} satisfies Record<string, InputRefusal>;
