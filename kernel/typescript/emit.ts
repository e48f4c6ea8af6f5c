import { blankSourceFile } from 'ts-blank-space';
import ts from 'typescript';
import { loopEdits } from './loops.js';
import { boundNames, isAmbient, vars } from './names.js';
import { lineEnd, rewrite, type Edit, type Rewritten } from './rewrite.js';
import { transpile } from './transpile.js';

/**
 * The JavaScript of a cell, each statement on the lines where it stood. Types are blanked in place, what needs more than that is
 * transpiled; imports become calls of `$import`. V8 lets a later cell declare a name again only where both are
 * `let` or `class`, so every other declaration becomes `let`.
 *
 * @param isType whether an imported name is a type alone
 * @param isShared whether code elsewhere may see a name, or it is no variable; `isHere`: the cell has declared it
 */
export function emit(file: ts.SourceFile, isType: (name: string) => boolean, isShared: (name: string, isHere: boolean) => boolean): Rewritten {
  const unerasable = new Set<ts.Node>(unknownToNode(file));
  const blanked = blankSourceFile(file, (node) => unerasable.add(topLevel(node)));
  const { edits: variables, hoisted } = variableEdits(file);
  const edits: Edit[] = [];
  const declared = new Set<string>();
  const here = new Set(hoisted);
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    const { end } = statement;
    const replace = (text: string): number => edits.push({ start, end, text: text + '\n'.repeat(linesOf(file, start, end)) });
    if (isAmbient(statement)) continue;
    if (ts.isImportDeclaration(statement)) replace(importCall(statement, isType));
    else if (ts.isExportDeclaration(statement)) replace('');
    else if (ts.isImportEqualsDeclaration(statement)) {
      if (!statement.isTypeOnly) replace(`let ${file.text.slice(statement.name.getStart(file), end)}`);
    } else {
      const inner = [...modifierEdits(statement, file), ...nestedEdits(statement, file), ...variables.filter((edit) => edit.start >= start && edit.end <= end)];
      const wrapping = wrap(statement, start);
      edits.push(...wrapping.before);
      if (unerasable.has(statement)) {
        const shifted = inner.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
        const plain = rewrite(file.text.slice(start, end), shifted);
        const { text, stretches } = transpile(plain.text, (name) => declared.has(name));
        edits.push({ start, end, text, stretches: stretches.map((part) => ({ ...part, from: start + part.from })) });
      } else edits.push(...inner, ...loopEdits(statement, file, (name) => isShared(name, here.has(name))));
      edits.push(...wrapping.after);
      hoisted.push(...wrapping.hoisted);
      const name = (statement as { name?: ts.Node }).name;
      if (name && ts.isIdentifier(name)) declared.add(name.text);
      if (ts.isVariableStatement(statement)) for (const { text } of boundNames(statement.declarationList)) here.add(text);
    }
  }
  const prologue = hoisted.length > 0 ? [{ start: 0, end: 0, text: `let ${hoisted.join(', ')};` }] : [];
  return rewrite(blanked, [...prologue, ...edits]);
}

/** `import d, { a as b } from "m"` → `let { default: d, a: b } = await $import("m");` */
function importCall({ importClause, moduleSpecifier }: ts.ImportDeclaration, isType: (name: string) => boolean): string {
  const call = `await $import(${JSON.stringify((moduleSpecifier as ts.StringLiteral).text)})`;
  if (!importClause) return `${call};`;
  if (importClause.isTypeOnly) return '';
  const { name, namedBindings } = importClause;
  const members = name && !isType(name.text) ? [`default: ${name.text}`] : [];
  if (namedBindings && ts.isNamespaceImport(namedBindings)) {
    const namespace = namedBindings.name.text;
    return `let ${namespace} = ${call};${name ? ` let ${name.text} = ${namespace}.default;` : ''}`;
  }
  for (const { propertyName, name: local, isTypeOnly } of namedBindings?.elements ?? []) {
    if (!isTypeOnly && !isType(local.text)) members.push(propertyName ? `${propertyName.getText()}: ${local.text}` : local.text);
  }
  const hadNames = name !== undefined || (namedBindings?.elements.length ?? 0) > 0;
  return hadNames && members.length === 0 ? '' : `let { ${members.join(', ')} } = ${call};`;
}

/**
 * A function stays where it is, in a function that makes it, and is called for at the top of the cell: it can be called
 * above its text, and is a `let` all the same. A default export without a name becomes an expression.
 */
function wrap(statement: ts.Statement, start: number): { readonly before: Edit[]; readonly after: Edit[]; readonly hoisted: string[] } {
  const around = (before: string, after: string, hoisted: string[]) => ({
    before: [{ start, end: start, text: before }],
    after: [{ start: statement.end, end: statement.end, text: after }],
    hoisted,
  });
  if (ts.isFunctionDeclaration(statement) && statement.name && statement.body) {
    const name = statement.name.text;
    return around(`function $$${name}(){`, ` return ${name}}`, [`${name} = $$${name}()`]);
  }
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && !statement.name) return around(';(', ')', []);
  return { before: [], after: [], hoisted: [] };
}

/** `const` and `var` as `let`; a `var` that is declared twice or in a block becomes an assignment, its names are hoisted. */
function variableEdits(file: ts.SourceFile): { readonly edits: Edit[]; readonly hoisted: string[] } {
  const edits: Edit[] = [];
  const hoisted = new Set<string>();
  const lists = vars(file);
  const count = new Map<string, number>();
  for (const { list } of lists) for (const { text } of boundNames(list)) count.set(text, (count.get(text) ?? 0) + 1);
  for (const { list, isTopLevel } of lists) {
    const start = list.getStart(file);
    const names = boundNames(list).map(({ text }) => text);
    if (isTopLevel && names.every((name) => count.get(name) === 1)) {
      edits.push({ start, end: start + 3, text: 'let' });
      continue;
    }
    names.forEach((name) => hoisted.add(name));
    if (ts.isVariableStatement(list.parent)) edits.push({ start, end: start + 3, text: 'void (' }, { start: list.end, end: list.end, text: ')' });
    else edits.push({ start, end: start + 3, text: '' });
  }
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement) || isAmbient(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const)) continue;
    const start = statement.declarationList.getStart(file);
    edits.push({ start, end: start + 5, text: 'let  ' });
  }
  return { edits, hoisted: [...hoisted] };
}

/** `export` and `default` in front of a declaration, and `export default` or `export =` in front of an expression. */
function modifierEdits(statement: ts.Statement, file: ts.SourceFile): Edit[] {
  if (ts.isExportAssignment(statement)) return [{ start: statement.getStart(file), end: statement.expression.getStart(file), text: '' }];
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers
    .filter(({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword)
    .map((modifier) => ({ start: modifier.getStart(file), end: modifier.end, text: ' '.repeat(modifier.getWidth(file)) }));
}

/** `import(x)` and `import.meta`, wherever they stand. */
function nestedEdits(statement: ts.Statement, file: ts.SourceFile): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (node.kind === ts.SyntaxKind.ImportKeyword) edits.push({ start: node.getStart(file), end: node.end, text: '$import' });
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) edits.push({ start: node.getStart(file), end: node.end, text: '$meta' });
    node.forEachChild(visit);
  };
  visit(statement);
  return edits;
}

/** Statements with `using` or decorators, which are JavaScript, but not yet Node's. */
function unknownToNode(file: ts.SourceFile): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isDecorator(node) || (ts.isVariableDeclarationList(node) && isUsing(node))) found.push(topLevel(node));
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

export const isUsing = ({ flags }: ts.VariableDeclarationList): boolean =>
  (flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Using || (flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing;

function topLevel(node: ts.Node): ts.Node {
  let at = node;
  while (at.parent && !ts.isSourceFile(at.parent)) at = at.parent;
  return at;
}

const linesOf = (file: ts.SourceFile, start: number, end: number): number => [...file.text.slice(start, end).matchAll(lineEnd)].length;
