import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** Who may import whom. Anything else is a change of design, and belongs in review. */
const boundaries: Readonly<Record<string, { readonly own: readonly string[]; readonly not?: readonly string[]; readonly only?: readonly string[] }>> = {
  dsl: { own: ['dsl'], only: ['node:', 'chevrotain'] },
  runtime: { own: ['runtime'], not: ['zeromq', 'typescript', 'ts-blank-space', 'chevrotain'] },
  kernel: { own: ['kernel'], only: ['node:', 'zeromq', 'typescript', 'ts-blank-space'] },
  magics: { own: ['magics', 'dsl', 'runtime', 'kernel/cell.ts'], not: ['zeromq', 'typescript', 'ts-blank-space', 'chevrotain'] },
};

/** They wire, so they may import anything. */
const entryPoints = ['kernel/main.ts', 'magics/cli.ts'];

const matches = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((p) => (p.endsWith(':') ? name.startsWith(p) : name === p || name.startsWith(`${p}/`)));

/** Every module that a file names: import, export … from, import(), import types, require, in code and not in comments. */
function specifiers(file: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push(node.moduleSpecifier.text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      found.push(node.argument.literal.text);
    } else if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')) {
      const [first] = node.arguments;
      if (first && ts.isStringLiteral(first)) found.push(first.text);
    }
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** `file → what it must not import`, for one file of one of the four folders. */
export function offences(root: string, file: string, text: string): string[] {
  const here = relative(root, file).split(sep).join('/');
  const rule = boundaries[here.split('/')[0]!];
  if (!rule || entryPoints.includes(here)) return [];
  return specifiers(file, text)
    .filter((specifier) => {
      if (specifier.startsWith('.')) {
        const target = relative(root, resolve(file, '..', specifier)).split(sep).join('/').replace(/\.js$/, '.ts');
        return !matches(target, rule.own);
      }
      if (rule.not && matches(specifier, rule.not)) return true;
      return rule.only !== undefined && !matches(specifier, rule.only);
    })
    .map((specifier) => `${here} → ${specifier}`);
}

/** All offences of the four folders below `root`. */
export function allOffences(root: string): string[] {
  return Object.keys(boundaries).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => offences(root, join(root, folder, name), readFileSync(join(root, folder, name), 'utf8'))),
  );
}
