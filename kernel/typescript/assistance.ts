import ts from 'typescript';
import type { CompletionItem, Completions, DeclaredVariable } from '../cell.js';
import { documentationAt, type Documentation } from './documentation.js';
import type { KnownNames } from './knownNames.js';
import type { CellService } from './languageService.js';
import { declaredNames, mentionedNames } from './names.js';
import type { Project } from './project.js';
import { destination, origin, type Steps } from './rewrite.js';

/** A text that is being typed: the user's, and the TypeScript made of it. */
export interface Typed {
  readonly cell: string;
  readonly code: string;
  readonly steps: Steps;
}

/** Completion and inspection while a cell is typed. Offsets are those of the user's text. */
export class Assistance {
  constructor(
    private readonly project: Project,
    private readonly known: KnownNames,
    private readonly cells: CellService,
  ) {}

  complete(typed: Typed, offset: number): Completions {
    const { cell, steps } = typed;
    const before = cell.slice(0, offset);
    const word = wordAtEnd.exec(before)![0].toLowerCase();
    // Behind a dot stand members; else every name that begins so.
    const offered = before.at(-1 - word.length) === '.' ? [] : this.known.filter((name) => name.toLowerCase().startsWith(word));
    const path = this.#open(typed, offered);
    const found = this.cells.service.getCompletionsAtPosition(path, destination(steps, offset), { includeCompletionsForModuleExports: false });
    const span = found?.optionalReplacementSpan;
    const start = span ? origin(steps, span.start) : offset - word.length;
    const end = span ? origin(steps, span.start + span.length) : offset;
    const beginning = cell.slice(start, offset).toLowerCase();
    const items = (found?.entries ?? [])
      .filter(({ name, kind }) => name.toLowerCase().startsWith(beginning) && !name.startsWith('$') && kind !== ts.ScriptElementKind.warning)
      .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
      .map(({ name, kind }): CompletionItem => ({ label: name, kind: kind === ts.ScriptElementKind.alias ? (this.known.kindOf(name) ?? kind) : kind }));
    return { start, end, items };
  }

  /** Type, documentation and signature of what stands at `offset`, as Markdown. */
  inspect(typed: Typed, offset: number): string | undefined {
    const { service } = this.cells;
    const path = this.#open(typed, []);
    const at = destination(typed.steps, offset);
    const place = [at, Math.max(0, at - 1)].find((one) => service.getQuickInfoAtPosition(path, one));
    if (place === undefined) return undefined;
    const info = service.getQuickInfoAtPosition(path, place)!;
    const { text, tags } = this.#documentation(info, path, place);
    // A name of an earlier cell is an import to TypeScript only.
    const signature = ts
      .displayPartsToString(info.displayParts)
      .replace(/^\(alias\) (?=[\p{ID_Continue}$]+[(<])/u, 'function ')
      .replace(/^\(alias\) |\nimport [^\n]*$/g, '');
    // What TypeScript says of a name that nobody declared.
    if (signature === 'any') return undefined;
    return ['```typescript', signature, '```', text, ...tags.map((tag) => `*@${tag.name}* ${tag.text}`.trim())].filter(Boolean).join('\n');
  }

  /** All names of earlier cells, with their types. */
  names(): DeclaredVariable[] {
    const known = [...this.known.keys()].map((name) => ({ name, kind: this.known.kindOf(name)! }));
    const values = known.filter(({ kind }) => kind !== 'type').map(({ name }) => name);
    const path = this.#open({ code: values.map((name) => `${name};\n`).join('') }, []);
    const program = this.cells.service.getProgram()!;
    const checker = program.getTypeChecker();
    const statements = program.getSourceFile(path)!.statements.filter(ts.isExpressionStatement);
    const types = new Map(values.map((name, i) => [name, checker.typeToString(checker.getTypeAtLocation(statements[i]!.expression))]));
    return known.map((one) => ({ ...one, ...(types.has(one.name) && { type: types.get(one.name)! }) }));
  }

  #documentation({ documentation, tags = [] }: ts.QuickInfo, path: string, at: number): Documentation {
    const own = { text: ts.displayPartsToString(documentation), tags: tags.map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) })) };
    if (own.text !== '' || own.tags.length > 0) return own;
    for (const { fileName, textSpan } of this.cells.service.getDefinitionAtPosition(path, at) ?? []) {
      const found = this.project.installed(fileName) && documentationAt(fileName, textSpan.start);
      if (found) return found;
    }
    return own;
  }

  /** Opens a text with the earlier names that it mentions, or that are offered. */
  #open({ code }: Pick<Typed, 'code'>, offered: readonly string[]): string {
    const file = ts.createSourceFile('typing.ts', code, ts.ScriptTarget.ES2022, true);
    return this.cells.open(this.known.moduleOf(code, declaredNames(file), [...mentionedNames(file), ...offered]));
  }
}

const wordAtEnd = /[\p{ID_Continue}$]*$/u;
