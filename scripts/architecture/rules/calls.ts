import ts from "typescript";
import { packageName } from "../resolve.ts";
import { isTest, lineOf, visit, type Finding, type Source } from "../source.ts";

/** Refusals come from the catalogue and the impossible from `invariant`: nobody throws a bare Error. */
export function bareErrors(sources: readonly Source[]): Finding[] {
  return search(sources, (node) => {
    if (!ts.isThrowStatement(node)) return undefined;
    const thrown = node.expression;
    const bare = (ts.isNewExpression(thrown) || ts.isCallExpression(thrown)) && thrown.expression.getText() === "Error";
    return bare ? "throws a bare Error: use a refusal of the catalogue, invariant or assertNever" : undefined;
  });
}

/**
 * The environment and the arguments are read where a process begins (any file of the cli; in sdk/runtime a file that nobody imports) and
 * are passed on as options.
 */
export function processInputs(sources: readonly Source[], imported: ReadonlySet<string>): Finding[] {
  const inner = sources.filter((source) => {
    if (source.path.startsWith("packages/cli/src/")) return false;
    return !(source.path.startsWith("packages/sdk/src/runtime/") && !imported.has(source.path));
  });
  return search(inner, (node) => {
    if (ts.isPropertyAccessExpression(node) && node.expression.getText() === "process") {
      const name = node.name.text;
      return name === "env" || name === "argv" ? `reads process.${name}: take it as an option` : undefined;
    }
    if (ts.isImportDeclaration(node) && /^["'](node:)?process["']$/.test(node.moduleSpecifier.getText())) {
      return "imports node:process, which hides where the environment is read: use the global";
    }
    return undefined;
  });
}

const clocks = new Set([
  "Date.now",
  "Math.random",
  "performance.now",
  "Temporal.Now",
  "crypto.randomUUID",
  "crypto.getRandomValues",
]);
const timers = new Set(["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch"]);
const pureParts = new Set(["@windlass/contract", "temporal-polyfill"]);

/** core/domain decides and nothing else: the clock and randomness are passed in, and it loads only contract and pure calculation. */
export function purity(sources: readonly Source[]): Finding[] {
  const domain = sources.filter((source) => source.path.startsWith("packages/core/src/domain/"));
  return search(domain, (node) => {
    if (ts.isPropertyAccessExpression(node) && clocks.has(node.getText())) return `uses ${node.getText()}: pass it in`;
    if (ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0) {
      return "reads the clock by new Date(): pass it in";
    }
    if (ts.isCallExpression(node) && timers.has(node.expression.getText())) return `calls ${node.expression.getText()}`;
    if (ts.isIdentifier(node) && node.text === "process" && !ts.isPropertyAssignment(node.parent)) {
      return ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node
        ? "touches the process"
        : undefined;
    }
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const specifier = node.moduleSpecifier.text;
      if (!specifier.startsWith(".") && !pureParts.has(packageName(specifier)))
        return `imports ${specifier}, which is not known as pure`;
    }
    return undefined;
  });
}

const statement =
  /^\s*(--.*\n\s*)*(select\s[\s\S]*\bfrom\b|select\s+[\w.]+\(|insert\s+into\s|update\s+[\w."$]+\s+(as\s+\w+\s+)?set\s|delete\s+from\s|with\s+(recursive\s+)?\w+(\s*\([^)]*\))?\s+as\s*(not\s+materialized\s*|materialized\s*)?\(|(create|alter|drop)\s+(table|index|view|role|database|schema|type)\s|notify\s+\w+|listen\s+\w+)/;
const sqlPlaces = [/^packages\/core\/src\/(store|queries|database)\//];

/** SQL stands in core's store, queries and database alone. A statement is recognised by how it begins, in one case throughout. */
export function sqlPlacement(sources: readonly Source[], exceptions: Readonly<Record<string, string>> = {}): Finding[] {
  const elsewhere = sources.filter(
    (source) => !sqlPlaces.some((place) => place.test(source.path)) && !(source.path in exceptions),
  );
  return search(elsewhere, (node) => {
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? node.head.text + node.templateSpans.map((span) => `$1${span.literal.text}`).join("")
        : undefined;
    if (text === undefined) return undefined;
    // English sentences begin with one capital ("Select a Dag from the list"): statements are all lower or all upper case.
    const begin = /^\s*[A-Z]+\b/.test(text) ? text.toLowerCase() : text;
    return statement.test(begin) ? "holds SQL: put it into core/src/store or core/src/queries" : undefined;
  });
}

function search(sources: readonly Source[], judge: (node: ts.Node) => string | undefined): Finding[] {
  return sources
    .filter((source) => !isTest(source.path))
    .flatMap((source) => {
      const findings: Finding[] = [];
      visit(source.tree, (node) => {
        const what = judge(node);
        if (what !== undefined) findings.push({ path: source.path, line: lineOf(source.tree, node), what });
      });
      return findings;
    });
}
