import type { JsonObject } from "@windlass/contract";
import { explainRun, explainTaskInstance, listDeadlines, type Why, type WhySurroundings } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { text } from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { deadlineView } from "./notices.ts";
import { runOf } from "./run-of.ts";
import { instancePath, mapIndexQuery, taskInstanceOf } from "./task-instance-of.ts";

function whyView({ state, moving, reasons, since }: Why<string | null>): JsonObject {
  return {
    state,
    moving,
    since,
    reasons: reasons.map(({ code, summary, fix, until }) => ({
      code,
      summary,
      fix,
      since,
      until: until ?? null,
      detail: null,
    })),
  };
}

const DEADLINES = { limit: 100, offset: 0 };

function surroundings({ actions }: Server): WhySurroundings {
  return {
    now: actions.clock.now(),
    parallelism: actions.config.core.parallelism,
    localQueues: actions.config.local_executor.queues,
  };
}

/** Why runs and task instances do not move: the engine's own rules, asked instead of followed. */
export const whyOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/runs/{run_id}/why",
    operationId: "why_run",
    summary: "Why a run does not move, with what to do about each reason",
    action: "dag_run.read",
    params: { dag_id: text(), run_id: text() },
    async handle(call) {
      const { server, params } = call;
      const { database } = server.actions;
      const [why, run] = await Promise.all([
        explainRun(database, params.dag_id, params.run_id, surroundings(server)),
        runOf(call, params.dag_id, params.run_id),
      ]);
      const { rows } = await listDeadlines(database, run.id, DEADLINES);
      return ok({
        ...whyView(why ?? { ...run, moving: false, reasons: [], since: null }),
        deadlines: rows.map((row) => deadlineView(row, run)),
      });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/runs/{run_id}/task-instances/{task_id}/why",
    operationId: "why_task_instance",
    summary: "Why a task instance does not move, with what to do about each reason",
    action: "task_instance.read",
    params: instancePath,
    query: mapIndexQuery,
    async handle(call) {
      const { server, params, query } = call;
      const at = { dagId: params.dag_id, runId: params.run_id, taskId: params.task_id, mapIndex: query.map_index };
      const why = await explainTaskInstance(server.actions.database, at, surroundings(server));
      return ok(
        whyView(
          why ?? { ...(await taskInstanceOf(call, params, query.map_index)), moving: false, reasons: [], since: null },
        ),
      );
    },
  }),
];
