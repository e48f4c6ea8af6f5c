import ts from 'typescript';

/** A name that a cell declares at its top level. */
export interface DeclaredName {
  readonly name: string;
  /** Variables may be assigned to by later cells. */
  readonly kind: 'let' | 'const' | 'function' | 'class' | 'type' | 'import';
  /** The user exports it under this name. */
  readonly exported: boolean;
}

/** The top-level names of a cell, imports included. */
export function declaredNames(file: ts.SourceFile): DeclaredName[] {
  const names = new Map<string, DeclaredName>();
  const exports = new Set<string>();
  const add = (name: ts.Node | undefined, kind: DeclaredName['kind'], statement?: ts.Statement): void => {
    if (!name || !ts.isIdentifier(name) || name.text === '') return;
    const { text } = name;
    if (statement && has(statement, ts.SyntaxKind.ExportKeyword) && !has(statement, ts.SyntaxKind.DefaultKeyword)) exports.add(text);
    const before = names.get(text);
    // What is a value and a type by one name is both.
    names.set(text, { name: text, kind: before && before.kind !== kind ? 'class' : kind, exported: false });
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      const kind = statement.declarationList.flags & ts.NodeFlags.Const ? 'const' : 'let';
      for (const name of boundNames(statement.declarationList)) add(name, kind, statement);
    } else if (ts.isFunctionDeclaration(statement)) add(statement.name, 'function', statement);
    else if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement)) add(statement.name, 'class', statement);
    else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) add(statement.name, 'type', statement);
    else if (ts.isImportEqualsDeclaration(statement)) add(statement.name, 'import', statement);
    else if (ts.isImportDeclaration(statement)) for (const name of importedNames(statement)) add(name, 'import');
    else if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      for (const { name } of statement.exportClause.elements) exports.add(name.text);
    }
  }
  for (const { list } of vars(file)) for (const name of boundNames(list)) if (!names.has(name.text)) add(name, 'let');
  return [...names.values()].map((name) => ({ ...name, exported: exports.has(name.name) }));
}

/** `var` declarations of the cell's own scope, from within blocks and loops too. */
export function vars(file: ts.SourceFile): { readonly list: ts.VariableDeclarationList; readonly isTopLevel: boolean }[] {
  const found: { list: ts.VariableDeclarationList; isTopLevel: boolean }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node) || isAmbient(node)) return;
    if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped)) {
      found.push({ list: node, isTopLevel: ts.isVariableStatement(node.parent) && ts.isSourceFile(node.parent.parent) });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

export function boundNames(list: ts.VariableDeclarationList): ts.Identifier[] {
  const of = (name: ts.BindingName): ts.Identifier[] =>
    ts.isIdentifier(name) ? [name] : name.elements.flatMap((element) => (ts.isBindingElement(element) ? of(element.name) : []));
  return list.declarations.flatMap(({ name }) => of(name));
}

export function importedNames({ importClause }: ts.ImportDeclaration): ts.Identifier[] {
  const { name, namedBindings } = importClause ?? {};
  const more = !namedBindings ? [] : ts.isNamespaceImport(namedBindings) ? [namedBindings.name] : namedBindings.elements.map((element) => element.name);
  return name ? [name, ...more] : more;
}

/** All names that a cell's imports give it. */
export const importsOf = (file: ts.SourceFile): ts.Identifier[] => file.statements.filter(ts.isImportDeclaration).flatMap(importedNames);

export const has = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);

/** `declare …`: types alone. */
export const isAmbient = (node: ts.Node): boolean => has(node, ts.SyntaxKind.DeclareKeyword);

/** All identifiers that a text mentions: what it could need of earlier cells. */
export function mentionedNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    node.forEachChild(visit);
  };
  visit(file);
  return names;
}
