import ts from 'typescript';

/** A name that a cell declares at its top level. `value` ones are variables and functions, the others may be types too. */
export interface DeclaredName {
  readonly name: string;
  readonly kind: 'let' | 'const' | 'other';
  /** The user wrote `export` in front of it. */
  readonly exported: boolean;
}

/** The top-level names of a cell, imports included. */
export function declaredNames(file: ts.SourceFile): DeclaredName[] {
  const names: DeclaredName[] = [];
  let exported = false;
  const add = (name: ts.Node | undefined, kind: DeclaredName['kind']): void => {
    if (name && ts.isIdentifier(name) && name.text !== '') names.push({ name: name.text, kind, exported });
  };
  const addBinding = (binding: ts.BindingName, kind: DeclaredName['kind']): void => {
    if (ts.isIdentifier(binding)) return add(binding, kind);
    for (const element of binding.elements) if (ts.isBindingElement(element)) addBinding(element.name, kind);
  };
  for (const statement of file.statements) {
    exported = ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (ts.isVariableStatement(statement)) {
      const kind = statement.declarationList.flags & ts.NodeFlags.Const ? 'const' : 'let';
      for (const { name } of statement.declarationList.declarations) addBinding(name, kind);
    } else if (ts.isFunctionDeclaration(statement)) add(statement.name, 'const');
    else if (
      ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ||
      ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement) || ts.isImportEqualsDeclaration(statement)
    ) add(statement.name, 'other');
    else if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      add(name, 'other');
      if (namedBindings && ts.isNamespaceImport(namedBindings)) add(namedBindings.name, 'other');
      else if (namedBindings) for (const element of namedBindings.elements) add(element.name, 'other');
    }
  }
  return [...new Map(names.map((n) => [n.name, n])).values()];
}

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
