import { createHash } from "node:crypto";
import type { ParseResult, SerializedDag, SerializedTask } from "@windlass/contract";

/** A task with Airflow's defaults that runs as TypeScript. */
export function testTask(taskId: string, overrides: Partial<SerializedTask> = {}): SerializedTask {
  return {
    taskId,
    displayName: null,
    operator: "task",
    runtime: "typescript",
    owner: "airflow",
    docMd: null,
    upstreamTaskIds: [],
    inputs: {},
    triggerRule: "all_success",
    retry: { attempts: 0, delaySeconds: 300, backoff: "none", maxDelaySeconds: null, multiplier: 2 },
    executionTimeoutSeconds: null,
    pool: "default_pool",
    poolSlots: 1,
    priorityWeight: 1,
    weightRule: "downstream",
    queue: "default",
    dependsOnPast: false,
    waitForDownstream: false,
    maxActivePerDag: null,
    maxActivePerRun: null,
    isSetup: false,
    isTeardown: false,
    onFailureFailDagRun: false,
    taskGroupId: null,
    expand: null,
    doXcomPush: true,
    outlets: [],
    inlets: [],
    templateFields: {},
    extra: {},
    ...overrides,
  };
}

/** A Dag with Airflow's defaults, made from its tasks. */
export function testDag(
  dagId: string,
  tasks: readonly SerializedTask[],
  overrides: Partial<SerializedDag> = {},
): SerializedDag {
  return {
    version: 1,
    dagId,
    displayName: null,
    description: null,
    docMd: null,
    tags: [],
    ownerLinks: {},
    timezone: "UTC",
    startDate: null,
    endDate: null,
    schedule: { kind: "none" },
    catchup: false,
    isPausedUponCreation: null,
    maxActiveRuns: 16,
    maxActiveTasks: 16,
    maxConsecutiveFailedDagRuns: 0,
    dagrunTimeoutSeconds: null,
    allowedRunTypes: null,
    params: {},
    requires: { connections: [], variables: [], env: [], pools: [] },
    accessControl: null,
    tasks,
    taskGroups: [],
    edgeLabels: [],
    relativeFileloc: `${dagId}.ts`,
    extra: {},
    ...overrides,
  };
}

/** Tasks one after another: `t0`, `t1`… */
export function testChain(length: number): readonly SerializedTask[] {
  return Array.from({ length }, (_, index) =>
    testTask(`t${String(index)}`, { upstreamTaskIds: index === 0 ? [] : [`t${String(index - 1)}`] }),
  );
}

/** What a parser would print for a file with these Dags; the bundle is what a test's runner reads. */
export function testParseResult(
  file: string,
  dags: readonly SerializedDag[],
  overrides: Partial<ParseResult> = {},
): ParseResult {
  const bundle = overrides.bundle ?? `export const dagIds = ${JSON.stringify(dags.map((dag) => dag.dagId))};`;
  return {
    file,
    hash: createHash("sha256").update(bundle).digest("hex"),
    bundle,
    source: `// ${file}`,
    dags,
    errors: [],
    seconds: 0.01,
    ...overrides,
  };
}
