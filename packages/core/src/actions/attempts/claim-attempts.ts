import type { Workload } from "@windlass/contract";
import { attemptFacts, inputsOf } from "../../domain/attempt-facts.ts";
import { indexOf } from "../../domain/run-index.ts";
import { type ClaimedAttempt, claimQueued } from "../../store/held-attempts.ts";
import { type LoadedRun, loadRuns } from "../../store/load-run.ts";
import { loadXcoms } from "../../store/xcom.ts";
import { openInputs } from "../../store/xcom-objects/open-inputs.ts";
import type { ActionContext } from "../context.ts";
import { type PreparedVersion, preparedVersions } from "./version-cache.ts";

/** An attempt that was given and not started for so long is given to the next one who asks. */
const AGAIN_AFTER_SECONDS = 30;

/** Gives a worker queued attempts of its queues, with all that it needs to run them; each attempt to one worker at a time. */
export async function claimAttempts(
  context: ActionContext,
  { queues, limit }: { readonly queues: readonly string[]; readonly limit: number },
): Promise<readonly Workload[]> {
  const { database } = context;
  const claimed = await claimQueued(database, queues, limit, AGAIN_AFTER_SECONDS);
  if (claimed.length === 0) return [];
  let versions: ReadonlyMap<number, PreparedVersion> = new Map();
  const runs = await loadRuns(database, [...new Set(claimed.map((each) => each.dagRunId))], async (ids) => {
    versions = await preparedVersions(database, database, ids);
    return new Map([...versions].map(([id, { graph }]) => [id, graph]));
  });
  const byId = new Map(runs.map((run) => [run.snapshot.id, run]));
  const workloads = await Promise.all(
    claimed.map(async (each) => {
      const run = byId.get(each.dagRunId);
      const version = run && versions.get(run.details.dagVersionId);
      return version ? workloadOf(context, run, version, each) : undefined;
    }),
  );
  return workloads.filter((each) => each !== undefined);
}

async function workloadOf(
  { config, database, taskTokens, xcomObjects }: ActionContext,
  { snapshot, details }: LoadedRun,
  { bundleHash }: PreparedVersion,
  { attemptId }: ClaimedAttempt,
): Promise<Workload | undefined> {
  const { graph, taskInstances } = snapshot;
  const instance = taskInstances[indexOf(graph, taskInstances).byAttempt.get(attemptId) ?? -1];
  // Between the claim and this look it was cleared or marked: its `/run` would be refused anyway.
  if (!instance) return undefined;
  const inputs = await loadXcoms(
    database,
    inputsOf(snapshot, instance).map((each) => ({ dagRunId: snapshot.id, ...each })),
  );
  const bounds = {
    maxXcomBytes: config.core.max_xcom_bytes,
    maxMapLength: config.core.max_map_length,
    // A backend of the author's own is a file of this machine.
    xcomKeeping: xcomObjects && { storeAbove: xcomObjects.storeAbove },
  };
  const { value, kept } = await openInputs(xcomObjects, inputs);
  const attempt = attemptFacts(snapshot, details, instance, bounds, value, kept);
  return {
    attempt,
    bundleHash,
    env: graph.dag.requires.env,
    maxLogBytes: config.execution_api.log_bytes_per_attempt,
    queue: graph.tasks.get(instance.taskId)?.queue ?? "",
    priority: graph.effectiveWeight.get(instance.taskId) ?? 1,
    token: await taskTokens.sign(attemptId),
  };
}
