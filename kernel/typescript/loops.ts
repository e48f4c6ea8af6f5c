/**
 * Loops at the top level. V8 keeps the variables of cells where every function finds them, each number in a box of its own: a
 * loop that counts with them takes four times as long as in a function. So such a loop works on copies of them and gives
 * them back at its end, where nobody can tell the difference.
 */
import ts from 'typescript';
import { boundNames, isAmbient } from './names.js';
import type { Edit } from './rewrite.js';

/** The object of the process that runs cells by which a loop knows that it is to end: nothing else can stop it with its copies given back. */
export const loopGlobal = '$loop';

/**
 * Lets a top-level statement that is such a loop work on copies. It must not call anything: an interrupt then finds it at the
 * beginning of a round, where it can end by itself, its variables as they are.
 *
 * @param isShared whether somebody else may see a variable while the loop runs (a getter may), or it is none of the cells'
 */
export function loopEdits(statement: ts.Statement, file: ts.SourceFile, isShared: (name: string) => boolean): Edit[] {
  if (!isLoop(statement)) return [];
  const assigned = new Set<string>();
  const own = new Set<string>();
  const bodies: ts.Statement[] = [];
  const look = (node: ts.Node): boolean => {
    if (ts.isTypeNode(node)) return true;
    if (isOpaque(node)) return false;
    if (ts.isIterationStatement(node, false)) bodies.push(node.statement);
    if (ts.isVariableDeclarationList(node)) for (const { text } of boundNames(node)) (node.flags & ts.NodeFlags.BlockScoped ? own : assigned).add(text);
    const name = target(node);
    if (name) assigned.add(name.text);
    return !ts.forEachChild(node, (child) => !look(child));
  };
  if (!look(statement)) return [];
  const names = [...assigned].filter((name) => !own.has(name) && !isShared(name));
  if (names.length === 0) return [];
  const given = names.map((_, i) => `$${i}`);
  const list = names.join(', ');
  const before = `{const $get = () => [${list}], $set = (${given.join(', ')}) => { ${names.map((name, i) => `${name} = $${i};`).join(' ')} }, $stop = ${loopGlobal}.begin(); {let [${list}] = $get(); try { $loop: {`;
  const after = `}} finally { $set(${list}); ${loopGlobal}.end(); }}}`;
  const start = statement.getStart(file);
  const insert = (at: number, text: string): Edit => ({ start: at, end: at, text });
  const checks = bodies.flatMap((body) => {
    const check = 'if ($stop[0]) break $loop; ';
    const at = body.getStart(file);
    return ts.isBlock(body) ? [insert(at + 1, check)] : [insert(at, `{${check}`), insert(body.end, '}')];
  });
  return [insert(start, before), ...checks, insert(statement.end, after)];
}

const isLoop = (statement: ts.Statement): boolean => (ts.isLabeledStatement(statement) ? isLoop(statement.statement) : ts.isForStatement(statement) || ts.isWhileStatement(statement) || ts.isDoStatement(statement));

/** What may run code that is not in sight, wait, or catch what ends a loop. */
function isOpaque(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return !(ts.isPropertyAccessExpression(node.expression) && ts.isIdentifier(node.expression.expression) && node.expression.expression.text === 'Math');
  return (
    ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node) || ts.isAwaitExpression(node) ||
    ts.isForInStatement(node) || ts.isForOfStatement(node) || ts.isTryStatement(node) || ts.isSpreadElement(node) || ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node) ||
    (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) ||
    (ts.isBinaryExpression(node) && (ts.isArrayLiteralExpression(node.left) || ts.isObjectLiteralExpression(node.left)))
  );
}

/** The variable that an expression assigns to. */
function target(node: ts.Node): ts.Identifier | undefined {
  const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
  const isStep = (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken);
  let at: ts.Node | undefined = isAssignment ? node.left : isStep ? node.operand : undefined;
  while (at && (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at) || ts.isTypeAssertionExpression(at))) at = at.expression;
  return at && ts.isIdentifier(at) ? at : undefined;
}

/** Names by which a text becomes code, of which nobody knows what it sees. */
const makers: ReadonlySet<string> = new Set(['eval', 'Function', 'runInThisContext']);

/** The variables that functions of cells see, and may run on long after: all that they mention and do not declare. */
export class SharedNames {
  readonly #names = new Set<string>();

  has(name: string): boolean {
    return this.#names.has(name) || [...makers].some((maker) => this.#names.has(maker));
  }

  add(file: ts.SourceFile): void {
    const visit = (node: ts.Node, own: ReadonlySet<string> | undefined): void => {
      if ((ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) || isAmbient(node)) return;
      if (ts.isIdentifier(node) && (makers.has(node.text) || (own && !own.has(node.text)))) this.#names.add(node.text);
      if (ts.isFunctionLike(node)) {
        const parameters = new Set([...(own ?? []), ...node.parameters.flatMap(({ name }) => namesIn(name))]);
        const body = (node as { body?: ts.Node }).body;
        const inside = body && ts.isBlock(body) ? new Set([...parameters, ...body.statements.flatMap(declaredIn)]) : parameters;
        // The values that parameters have by default do not see what the body declares.
        node.forEachChild((child) => visit(child, child === body ? inside : parameters));
      } else node.forEachChild((child) => visit(child, ts.isClassLike(node) ? (own ?? new Set()) : own));
    };
    visit(file, undefined);
  }
}

const namesIn = (name: ts.BindingName): string[] => (ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : [])));

function declaredIn(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return boundNames(statement.declarationList).map(({ text }) => text);
  return (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name ? [statement.name.text] : [];
}
