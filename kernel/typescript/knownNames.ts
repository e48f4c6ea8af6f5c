import type { DeclaredName } from './names.js';

/** Where a name of an earlier cell comes from. */
interface Known extends DeclaredName {
  /** Path of the cell that declared it. */
  readonly cell: string;
}

/** The names that earlier cells declared, and how they come into a module of their own. */
export class KnownNames {
  readonly #known = new Map<string, Known>();

  declare(names: readonly DeclaredName[], cell: string): void {
    for (const name of names) this.#known.set(name.name, { ...name, cell });
  }

  clear(): void {
    this.#known.clear();
  }

  has(name: string): boolean {
    return this.#known.has(name);
  }

  keys(): Iterable<string> {
    return this.#known.keys();
  }

  isVariable(name: string): boolean {
    const kind = this.kindOf(name);
    return kind === 'let' || kind === 'const';
  }

  kindOf(name: string): DeclaredName['kind'] | undefined {
    return this.#known.get(name)?.kind;
  }

  filter(wanted: (name: string) => boolean): string[] {
    return [...this.#known.keys()].filter(wanted);
  }

  /** A cell with imports of those earlier names that it needs, behind its text; later cells can import what it declares. */
  moduleOf(code: string, declared: readonly DeclaredName[], needed: Iterable<string>): string {
    const own = new Set(declared.map(({ name }) => name));
    const imports: string[] = [];
    for (const name of new Set(needed)) {
      const known = own.has(name) ? undefined : this.#known.get(name);
      if (!known) continue;
      const module = JSON.stringify(known.cell);
      // What is imported cannot be assigned to.
      imports.push(known.kind === 'let' ? `declare let ${name}: typeof import(${module}).${name};` : `import { ${name} } from ${module};`);
    }
    const exports = declared.filter(({ exported }) => !exported).map(({ name }) => name);
    // A text that ends in a dot would take the next line for a member.
    return `${code}\n;${imports.join('\n')}\nexport { ${exports.join(', ')} };`;
  }
}
