import type { DagDefinition, Defined } from "../authoring/definition.ts";
import type { DagTestOptions, DagTestResult } from "../authoring/dag-test.ts";

export function testDag(_dag: Defined<DagDefinition>, _options: DagTestOptions): Promise<DagTestResult> {
  return Promise.reject(new TypeError("not yet"));
}
