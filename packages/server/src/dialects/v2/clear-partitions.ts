import type { Verdict } from "@windlass/contract";
import { clearTaskInstances, resetPartitions } from "@windlass/core/actions";
import { findDefinition } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { dagUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { flag, moment, nullable, optional, record, text, withDefault } from "../../request/field.ts";
import { bodyVerdict } from "./body-verdict.ts";

const WHICH =
  "Exactly one of run_id, partition_key, or a partition date window (partition_date_start / partition_date_end) must be provided.";

interface Body {
  readonly run_id?: string | null | undefined;
  readonly partition_key?: string | null | undefined;
  readonly partition_date_start?: string | null | undefined;
  readonly partition_date_end?: string | null | undefined;
}

/** What no schema says: one way of naming partitions, no more. */
function whichVerdicts({ body, rawBody }: Pick<Call<unknown, unknown, Body>, "body" | "rawBody">): readonly Verdict[] {
  const window = body.partition_date_start ?? body.partition_date_end;
  const ways = [body.run_id, body.partition_key, window].filter((way) => way != null);
  if (ways.length === 1) return [];
  return [bodyVerdict(WHICH, "one of them", rawBody)];
}

/** Having the runs of a partition executed again. */
export const clearPartitionOperations = [
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/dags/{dag_id}/clearPartitions",
    operationId: "clear_dag_run_partitions",
    summary: "Has the runs of a partition stand for none, and be executed again where that is asked for",
    action: "dag_run.clear",
    params: { dag_id: text() },
    body: record({
      partition_key: optional(nullable(text())),
      partition_date_start: optional(nullable(moment("required"))),
      partition_date_end: optional(nullable(moment("required"))),
      run_id: optional(nullable(text())),
      clear_task_instances: withDefault(flag(), false),
      dry_run: withDefault(flag(), true),
    }),
    async handle(call) {
      const { server, params, body } = call;
      const dagId = params.dag_id;
      const { database } = server.actions;
      const verdicts = [...((call.request.verdicts ?? []).length > 0 ? [] : whichVerdicts(call))];
      if ((await findDefinition(database, dagId)) === undefined) {
        const unknown = await dagUnknown(call, dagId, { v2: `The Dag with ID: \`${dagId}\` was not found` });
        verdicts.push({ phase: "existence", refusal: unknown.refusals[0] });
      }
      call.judgeAll(
        ["dag_run.clear", ...(body.clear_task_instances ? (["task_instance.clear"] as const) : [])],
        verdicts,
      );
      const selection =
        body.run_id != null
          ? { runId: body.run_id }
          : body.partition_key != null
            ? { partitionKey: body.partition_key }
            : { from: body.partition_date_start ?? null, to: body.partition_date_end ?? null };
      const { result: runs } = await call.perform(resetPartitions, { dagId, selection, dryRun: body.dry_run });
      let instances = 0;
      for (const { runId } of body.clear_task_instances ? runs : []) {
        const one = { dagId, runs: { runId }, selection: {}, dryRun: body.dry_run };
        instances += (await call.perform(clearTaskInstances, one)).result.length;
      }
      return ok({
        dag_runs_cleared: runs.filter((run) => run.hasPartition).length,
        task_instances_cleared: instances,
        dry_run: body.dry_run,
      });
    },
  }),
];
