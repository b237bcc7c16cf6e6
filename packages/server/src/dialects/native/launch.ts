import type { JsonObject } from "@windlass/contract";
import { findLaunchContext, type RunRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { text } from "../../request/field.ts";
import { differences } from "./differences.ts";
import { runOf } from "./run-of.ts";

/** Everything a run was launched with. */
async function launchOf(call: Pick<Call<unknown, unknown, unknown>, "server">, run: RunRow): Promise<JsonObject> {
  const context = (await findLaunchContext(call.server.actions.database, run.dagId, run.runId)) ?? {};
  return {
    dag_id: run.dagId,
    run_id: run.runId,
    run_type: run.runType,
    triggered_by: run.triggeredBy,
    triggering_user: run.triggeringUser,
    queued_at: run.queuedAt,
    logical_date: run.logicalDate,
    data_interval_start: run.dataIntervalStart,
    data_interval_end: run.dataIntervalEnd,
    run_after: run.runAfter,
    conf: run.conf,
    params: run.params,
    ...context,
    // As the run has it now: a clear may have moved it to a newer version.
    version_number: run.versionNumber,
  };
}

// What differs between any two runs and tells nothing.
const ALWAYS_DIFFERENT = new Set(["run_id", "request_id", "queued_at"]);

function comparable(launch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(launch).filter(([name]) => !ALWAYS_DIFFERENT.has(name)));
}

/** With what runs were launched, and what differed between two. */
export const launchOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/runs/{run_id}/launch",
    operationId: "get_launch",
    summary:
      "With what a run was launched: door, principal, credential, client, conf, params after defaults, version, declared names",
    action: "dag_run.read",
    params: { dag_id: text(), run_id: text() },
    async handle(call) {
      return ok(await launchOf(call, await runOf(call, call.params.dag_id, call.params.run_id)));
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/runs/compare",
    operationId: "compare_runs",
    summary: "What differed between the launches of two runs of a Dag",
    action: "dag_run.read",
    params: { dag_id: text() },
    query: { left: text(), right: text() },
    async handle(call) {
      const { dag_id: dagId } = call.params;
      const [left, right] = await Promise.all([
        runOf(call, dagId, call.query.left),
        runOf(call, dagId, call.query.right),
      ]);
      const [leftLaunch, rightLaunch] = await Promise.all([launchOf(call, left), launchOf(call, right)]);
      return ok({
        dag_id: dagId,
        left: { run_id: left.runId, state: left.state },
        right: { run_id: right.runId, state: right.state },
        differences: differences(
          { ...comparable(leftLaunch), state: left.state },
          { ...comparable(rightLaunch), state: right.state },
        ),
      });
    },
  }),
];
