import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What a module loads as soon as it is loaded: its imports, but those of types alone and those on demand; with the way to each. */
function loads(entry: string): Map<string, string> {
  const ways = new Map([[entry, entry]]);
  for (const file of ways.keys()) {
    if (!file.endsWith('.ts')) continue;
    const source = ts.createSourceFile(file, readFileSync(resolve(root, file), 'utf8'), ts.ScriptTarget.Latest);
    for (const statement of source.statements) {
      if (!(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) || !statement.moduleSpecifier) continue;
      if (ts.isImportDeclaration(statement) ? isOfTypes(statement) : statement.isTypeOnly) continue;
      const { text } = statement.moduleSpecifier as ts.StringLiteral;
      const loaded = text.startsWith('.') ? relative(root, resolve(root, file, '..', text)).replaceAll('\\', '/').replace(/\.js$/, '.ts') : text;
      if (!ways.has(loaded)) ways.set(loaded, `${ways.get(file)!} → ${loaded}`);
    }
  }
  return ways;
}

function isOfTypes({ importClause: clause }: ts.ImportDeclaration): boolean {
  if (!clause) return false;
  const names = clause.namedBindings;
  return clause.isTypeOnly || (!clause.name && names !== undefined && ts.isNamedImports(names) && names.elements.every(({ isTypeOnly }) => isTypeOnly));
}

// Every kernel that was ever asked for a magic keeps it, in the thread that reads cells.
it.each(['zod', 'yaml', 'apache-arrow', 'runtime/frameworks/index.ts', 'magics/session.ts'])('the language loads without %s', (heavy) => {
  expect(loads('magics/language.ts').get(heavy)).toBeUndefined();
});

it('the way to what is loaded is found', () => {
  expect(loads('magics/language.ts').get('dsl/index.ts')).toBe('magics/language.ts → dsl/index.ts');
  expect(loads('magics/runner.ts').get('zod')).toBeDefined();
});
