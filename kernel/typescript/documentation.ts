import ts from 'typescript';

export interface Documentation {
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

/** What an installed declaration file says above the declaration at `start`: its tree is kept without, so the file is read again. */
export function documentationAt(path: string, start: number): Documentation | undefined {
  const source = ts.sys.readFile(path);
  if (source === undefined) return undefined;
  const file = ts.createSourceFile(path, source, { languageVersion: ts.ScriptTarget.ES2022, jsDocParsingMode: ts.JSDocParsingMode.ParseAll }, true);
  for (let node: ts.Node | undefined = innermost(file, start); node && !ts.isSourceFile(node); node = node.parent) {
    const found = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
    if (found) return { text: textOf(found.comment), tags: (found.tags ?? []).map(tagOf) };
    // Above it stands what is said of something that holds it.
    if (ts.isStatement(node) || ts.isTypeElement(node) || ts.isClassElement(node)) return undefined;
  }
  return undefined;
}

const textOf = (comment: ts.JSDoc['comment']): string => ts.getTextOfJSDocComment(comment) ?? '';

function tagOf(tag: ts.JSDocTag): Documentation['tags'][number] {
  const named = ts.isJSDocParameterTag(tag) ? `${tag.name.getText()} ` : '';
  return { name: tag.tagName.text, text: named + textOf(tag.comment) };
}

function innermost(node: ts.Node, at: number): ts.Node {
  const child = node.forEachChild((one) => (one.pos <= at && at < one.end && one.kind !== ts.SyntaxKind.JSDoc ? one : undefined));
  return child ? innermost(child, at) : node;
}
