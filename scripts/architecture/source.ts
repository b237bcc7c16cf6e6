import ts from "typescript";

/** One import or re-export of a source file. `typeOnly` ones vanish when types are stripped, so they never run. */
export interface ImportEdge {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** A parsed source file. `path` is relative to the repository's root, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly ImportEdge[];
}

/** One place where a rule is broken, and what to do instead. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** Parses one file. Tests of the rules pass texts that were never on disk. */
export function parseSource(path: string, text: string): Source {
  const kind = path.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const imports: ImportEdge[] = [];
  visit(tree, (node) => {
    const edge = edgeOf(node);
    if (edge) imports.push({ ...edge, line: lineOf(tree, node) });
  });
  return { path, text, tree, imports };
}

/** Calls `see` for every node below `root`, parents first. */
export function visit(root: ts.Node, see: (node: ts.Node) => void): void {
  const walk = (node: ts.Node): void => {
    see(node);
    ts.forEachChild(node, walk);
  };
  ts.forEachChild(root, walk);
}

/** The line of a node, counted from 1. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** Tests, their support and type tests are held to fewer rules than what ships. */
export function isTest(path: string): boolean {
  return /\.(test|test-d|stories)\.tsx?$/.test(path) || /\/(test|test-support)\//.test(path);
}

/** Whether a program wrote this file. */
export function isGenerated(path: string): boolean {
  return /(^|\/)generated\//.test(path);
}

/** The folder name of the package a path is in (`core` for `packages/core/src/x.ts`), or undefined outside packages. */
export function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(path)?.[1];
}

function edgeOf(node: ts.Node): Omit<ImportEdge, "line"> | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: importsOnlyTypes(node.importClause) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    const named = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : undefined;
    const allTypes = named !== undefined && named.length > 0 && named.every((element) => element.isTypeOnly);
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly || allTypes };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    // Only a literal can be followed; a computed specifier is a plug-in or a user's file.
    return argument && ts.isStringLiteral(argument) ? { specifier: argument.text, typeOnly: false } : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, typeOnly: true };
  }
  return undefined;
}

function importsOnlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  if (clause.name || !named || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}
