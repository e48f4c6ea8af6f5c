import type { Meaning } from './program.js';

/** Names that a block gives: columns and lets above the current entry, loop variables; `parent` is the block around. */
export class Scope {
  private readonly own = new Map<string, Meaning>();
  constructor(readonly parent?: Scope, /** In a loop over responses, where a question is one annotator's answer. */ readonly inResponses: boolean = parent?.inResponses ?? false) {}

  declare(name: string, meaning: Meaning): void {
    this.own.set(name, meaning);
  }

  has(name: string): boolean {
    return this.own.has(name);
  }

  find(name: string): Meaning | undefined {
    return this.own.get(name) ?? this.parent?.find(name);
  }

  names(): string[] {
    return [...this.own.keys(), ...(this.parent?.names() ?? [])];
  }
}
