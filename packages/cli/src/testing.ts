export { testDag } from "@windlass/sdk/testing";
export type {
  DagTestOptions,
  DagTestResult,
  TestConnection,
  TestedLogLine,
  TestedTaskInstance,
} from "@windlass/sdk/testing";
