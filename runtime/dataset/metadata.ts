import { UserError } from '../error.js';
import { checkName } from './names.js';

interface Common {
  readonly name: string;
  readonly title?: string | undefined;
  /** Default: true. */
  readonly visibleForAnnotators?: boolean | undefined;
}

export type MetadataPropertySettings =
  | (Common & { readonly type: 'terms'; readonly values?: readonly string[] | null | undefined })
  | (Common & { readonly type: 'integer' | 'float'; readonly min?: number | null | undefined; readonly max?: number | null | undefined });

/**
 * What records may say about themselves: a term (of a list), a whole number or a number (of a range).
 * Throws `data/name`, `data/metadata`.
 *
 * @example
 * new MetadataProperty({ name: 'length', type: 'integer', min: 0 });
 */
export class MetadataProperty {
  readonly name: string;
  readonly type: 'terms' | 'integer' | 'float';
  readonly title: string;
  readonly visibleForAnnotators: boolean;
  readonly values: readonly string[] | null;
  readonly min: number | null;
  readonly max: number | null;

  constructor(settings: MetadataPropertySettings) {
    const { name, type, title, visibleForAnnotators } = settings;
    checkName('metadata property', name);
    this.name = name;
    this.type = type;
    this.title = title ?? name;
    this.visibleForAnnotators = visibleForAnnotators ?? true;
    this.values = settings.type === 'terms' ? (settings.values ?? null) : null;
    this.min = settings.type === 'terms' ? null : (settings.min ?? null);
    this.max = settings.type === 'terms' ? null : (settings.max ?? null);
    if (this.min !== null && this.max !== null && this.min >= this.max) {
      throw new UserError('data/metadata', `The metadata property "${name}" has a minimum of ${this.min} and a maximum of ${this.max}.`, 'The minimum must be below the maximum.');
    }
    if (this.values && (this.values.length === 0 || new Set(this.values).size < this.values.length)) {
      throw new UserError('data/metadata', `The metadata property "${name}" needs different values.`, 'Give each value once, or leave the list out.');
    }
  }

  /** What is wrong with a record's value, or nothing; null is always allowed. */
  problem(value: unknown): string | undefined {
    if (value === null || value === undefined) return undefined;
    if (this.type === 'terms') {
      const terms = Array.isArray(value) ? value : [value];
      const odd = terms.find((term) => typeof term !== 'string' || (this.values && !this.values.includes(term)));
      return odd === undefined ? undefined : `${JSON.stringify(odd)} is none of its terms`;
    }
    if (typeof value !== 'number' || !Number.isFinite(value) || (this.type === 'integer' && !Number.isInteger(value))) return `${JSON.stringify(value)} is no ${this.type}`;
    if ((this.min !== null && value < this.min) || (this.max !== null && value > this.max)) return `${value} is outside its range`;
    return undefined;
  }
}

export interface VectorSettings {
  readonly name: string;
  readonly title: string;
  readonly dimensions: number;
}
