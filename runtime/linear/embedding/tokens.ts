import type { Tokenizer } from '@huggingface/tokenizers';
import { UserError } from '../../error.js';

export interface Encoded {
  readonly ids: readonly number[];
  /** Did the text have more tokens than the model takes? */
  readonly cut: boolean;
}

/** A model's tokenizer: texts to numbers of tokens, special ones included. */
export class Tokens {
  constructor(
    readonly tokenizer: Tokenizer,
    readonly name: string,
    readonly maxTokens: number,
    readonly cutLeft: boolean,
    /** Does the tokenizer make capitals small? */
    readonly lowers: boolean,
  ) {}

  /** From the texts of `tokenizer.json` and `tokenizer_config.json`. Throws `model/broken-tokenizer`. */
  static async of(json: string, configJson: string | undefined, name: string, maxTokens: number): Promise<Tokens> {
    const { Tokenizer } = await import('@huggingface/tokenizers');
    return attempt(name, () => {
      const config = JSON.parse(configJson ?? '{}') as { truncation_side?: unknown };
      const tokenizer = JSON.parse(json) as { normalizer?: Normalizer | null };
      return new Tokens(new Tokenizer(tokenizer, config), name, maxTokens, config.truncation_side === 'left', lowersCase(tokenizer.normalizer));
    });
  }

  /** Throws `model/broken-tokenizer`. */
  encode(given: string): Encoded {
    return attempt(this.name, () => {
      // JavaScript alone makes of a Σ at a word's end another letter than elsewhere.
      const text = this.lowers ? given.replaceAll('Σ', 'σ') : given;
      const ids = this.#ids(text, true);
      return ids.length <= this.maxTokens ? { ids, cut: false } : { ids: this.#cut(text, ids), cut: true };
    });
  }

  #ids(text: string, add_special_tokens: boolean): readonly number[] {
    const { ids } = this.tokenizer.encode(text, { add_special_tokens }) as { ids: readonly number[] };
    if (!ids.every((id) => Number.isSafeInteger(id) && id >= 0)) throw new Error('it gives a token without a number');
    return ids;
  }

  /** Special tokens stay where they are; those of the text are cut, at its end unless the tokenizer says otherwise. */
  #cut(text: string, ids: readonly number[]): number[] {
    const own = this.#ids(text, false);
    const special = ids.length - own.length;
    let before = 0;
    while (before < special && !own.every((id, i) => ids[before + i] === id)) before++;
    const kept = Math.max(0, this.maxTokens - special);
    const middle = this.cutLeft ? own.slice(own.length - kept) : own.slice(0, kept);
    return [...ids.slice(0, before), ...middle, ...ids.slice(before + own.length)].slice(0, this.maxTokens);
  }
}

interface Normalizer {
  readonly type?: string;
  readonly lowercase?: boolean;
  readonly normalizers?: readonly Normalizer[];
}

const lowersCase = (normalizer: Normalizer | null | undefined): boolean =>
  normalizer?.type === 'Lowercase' || normalizer?.lowercase === true || (normalizer?.normalizers ?? []).some(lowersCase);

/** Whatever goes wrong in there, the model's files are the reason. */
function attempt<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UserError('model/broken-tokenizer', `The tokenizer of "${name}" cannot be used: ${(error as Error).message}.`, 'Take another model, or save its tokenizer again.', { cause: error });
  }
}
