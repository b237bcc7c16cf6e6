import ts from "typescript";
import { isGenerated, isTest, lineOf, visit, type Finding, type Source } from "../source.ts";

/** Words of other orchestrators and what Airflow calls the thing. */
const synonyms: Readonly<Record<string, string>> = {
  flow: "Dag",
  workflow: "Dag",
  pipeline: "Dag",
  job: "task instance, attempt or a service's name",
  jobs: "task instances",
};

/** "Step" is a good word for a part of a procedure; joined with one of these it stands for a task. */
const stepAsTask = /(^|[a-z])[sS]tep(Id|Name|Key|State|Run|Attempt|Instance|Context)/;

/** Names that mean something else than a Dag or a task, each with its meaning. */
const allowed: Readonly<Record<string, string>> = {
  triggererJob: "Airflow's own job record of a triggerer",
  triggerer_job: "the same on the wire",
  ReactFlow: "the library's name",
};

/** Identifiers that our code declares use Airflow's words. What a library calls its things is not ours to rename. */
export function words(sources: readonly Source[], exceptions: Readonly<Record<string, string>> = {}): Finding[] {
  return sources
    .filter((source) => !isTest(source.path) && !isGenerated(source.path) && !(source.path in exceptions))
    .flatMap((source) => {
      const findings: Finding[] = [];
      visit(source.tree, (node) => {
        if (!ts.isIdentifier(node) || !declares(node) || node.text in allowed) return;
        const word =
          split(node.text).find((part) => part in synonyms) ?? (stepAsTask.test(node.text) ? "step" : undefined);
        if (word === undefined) return;
        const what = `"${node.text}" says "${word}": Airflow's word is ${synonyms[word] ?? "task"}`;
        findings.push({ path: source.path, line: lineOf(source.tree, node), what });
      });
      return findings;
    });
}

function declares(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAssignment(parent) || ts.isJsxAttribute(parent) || ts.isBindingElement(parent)) return false;
  return (
    "name" in parent && parent.name === node && !ts.isPropertyAccessExpression(parent) && !ts.isImportClause(parent)
  );
}

/** `taskFlowRuns` gives task, flow, runs; `overflow` stays one word. */
function split(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[\s_$]+/)
    .map((part) => part.toLowerCase());
}
