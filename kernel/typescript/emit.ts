import { blankSourceFile } from 'ts-blank-space';
import ts from 'typescript';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The JavaScript of a cell, each statement on the lines where it stood: types are blanked in place, what needs more than
 * that (enums, namespaces, decorators, parameter properties) is written on the statement's first line. Imports become calls of `$import`.
 */
export function emit(file: ts.SourceFile, id: string): string {
  const unerasable = new Set<ts.Node>();
  const blanked = blankSourceFile(file, (node) => unerasable.add(topLevel(node)));
  const edits: Edit[] = [];
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    if (unerasable.has(statement)) edits.push(transpiled(statement, file));
    else if (ts.isImportDeclaration(statement)) edits.push({ start, end: statement.end, text: importCall(statement, id) + lines(file, start, statement.end) });
    else if (ts.isExportDeclaration(statement)) edits.push({ start, end: statement.end, text: lines(file, start, statement.end) });
    else if (ts.isExportAssignment(statement)) edits.push({ start, end: statement.expression.getStart(file), text: '' });
    else edits.push(...modifierEdits(statement, file));
    if (!unerasable.has(statement) && !ts.isImportDeclaration(statement)) edits.push(...nestedEdits(statement, file, id));
    // One kind of variable, so that a later cell may declare the same name in any way.
    if (!unerasable.has(statement) && ts.isVariableStatement(statement)) {
      const keyword = statement.declarationList.getStart(file);
      if (/^(?:const|var)\b/.test(file.text.slice(keyword, keyword + 6))) {
        const end = keyword + (file.text.startsWith('const', keyword) ? 5 : 3);
        edits.push({ start: keyword, end, text: 'let'.padEnd(end - keyword) });
      }
    }
  }
  return apply(blanked, edits);
}

/** `import d, { a as b } from "m"` → `const { default: d, a: b } = await $import("m", "cell-1.ts");` */
function importCall({ importClause, moduleSpecifier }: ts.ImportDeclaration, id: string): string {
  const call = `await $import(${JSON.stringify((moduleSpecifier as ts.StringLiteral).text)}, ${JSON.stringify(id)})`;
  if (!importClause) return `${call};`;
  if (importClause.isTypeOnly) return '';
  const { name, namedBindings } = importClause;
  const members = name ? [`default: ${name.text}`] : [];
  if (namedBindings && ts.isNamedImports(namedBindings)) {
    for (const { propertyName, name: local, isTypeOnly } of namedBindings.elements) {
      if (!isTypeOnly) members.push(propertyName ? `${propertyName.getText()}: ${local.text}` : local.text);
    }
  }
  if (namedBindings && ts.isNamespaceImport(namedBindings)) {
    const namespace = namedBindings.name.text;
    return `let ${namespace} = ${call};${name ? ` let ${name.text} = ${namespace}.default;` : ''}`;
  }
  return `let { ${members.join(', ')} } = ${call};`;
}

/** `export` and `default` in front of a declaration. */
function modifierEdits(statement: ts.Statement, file: ts.SourceFile): Edit[] {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers
    .filter(({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword)
    .map((modifier) => ({ start: modifier.getStart(file), end: modifier.end, text: ' '.repeat(modifier.getWidth(file)) }));
}

/** `import(x)` and `import.meta`, wherever they stand. */
function nestedEdits(statement: ts.Statement, file: ts.SourceFile, id: string): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const last = node.arguments.at(-1);
      edits.push({ start: node.expression.getStart(file), end: node.expression.end, text: '$import' });
      if (last) edits.push({ start: last.end, end: last.end, text: `, ${JSON.stringify(id)}` });
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) edits.push({ start: node.getStart(file), end: node.end, text: '$meta' });
    node.forEachChild(visit);
  };
  visit(statement);
  return edits;
}

/** A statement that types alone cannot be taken from, emitted by TypeScript onto one line and padded to as many as it had. */
function transpiled(statement: ts.Statement, file: ts.SourceFile): Edit {
  const start = statement.getStart(file);
  const { outputText } = ts.transpileModule(file.text.slice(start, statement.end), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true, experimentalDecorators: false },
  });
  const code = outputText.trim().replace(/^export (?:default )?|\nexport \{\};?$/g, '').replace(/^var /, 'let ');
  // Line ends inside template literals mean something; a statement with one keeps its lines.
  const flat = code.includes('`') ? code : code.replace(/\n\s*/g, ' ');
  return { start, end: statement.end, text: flat + lines(file, start, statement.end).slice(flat.split('\n').length - 1) };
}

function topLevel(node: ts.Node): ts.Node {
  let at = node;
  while (at.parent && !ts.isSourceFile(at.parent)) at = at.parent;
  return at;
}

const lines = (file: ts.SourceFile, start: number, end: number): string => '\n'.repeat(file.text.slice(start, end).split('\n').length - 1);

/** Applies edits from the end on; one inside another's range is left out. */
function apply(text: string, edits: readonly Edit[]): string {
  let result = text;
  let from = Infinity;
  for (const edit of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    if (edit.end > from) continue;
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
    from = edit.start;
  }
  return result;
}
