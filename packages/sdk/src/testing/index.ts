export { testDag } from "./test-dag.ts";
export type {
  DagTestOptions,
  DagTestResult,
  TestConnection,
  TestedLogLine,
  TestedTaskInstance,
} from "../authoring/dag-test.ts";
