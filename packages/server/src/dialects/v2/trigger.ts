import { triggerRun } from "@windlass/core/actions";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { alsoCalled, dictionary, moment, nullable, optional, record, text } from "../../request/field.ts";
import { triggeredRunView } from "./run-view.ts";
import { partitionVerdicts } from "./trigger-verdicts.ts";

/** What a trigger reads in the strict manner; Airflow 3 requires the logical date, though it may be null. */
const strictBody = record({
  dag_run_id: optional(nullable(text())),
  data_interval_start: optional(nullable(moment("required"))),
  data_interval_end: optional(nullable(moment("required"))),
  logical_date: nullable(moment("required")),
  run_after: optional(nullable(moment("utc"))),
  conf: optional(nullable(dictionary())),
  note: optional(nullable(text())),
  partition_key: optional(nullable(text({ pattern: "\\S" }))),
});

const lenientFields = {
  dag_run_id: alsoCalled(optional(nullable(text())), "run_id"),
  logical_date: alsoCalled(optional(nullable(moment("required"))), "execution_date"),
};

const lenientBody = record({
  dag_run_id: lenientFields.dag_run_id,
  data_interval_start: optional(nullable(moment("required"))),
  data_interval_end: optional(nullable(moment("required"))),
  logical_date: lenientFields.logical_date,
  run_after: optional(nullable(moment("utc"))),
  conf: optional(nullable(dictionary())),
  note: optional(nullable(text())),
  partition_key: optional(nullable(text({ pattern: "\\S" }))),
});

/** Triggering a run. */
export const triggerOperations = [
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/dags/{dag_id}/dagRuns",
    operationId: "trigger_dag_run",
    summary: "Makes a run of a Dag",
    action: "dag_run.create",
    params: { dag_id: text() },
    body: lenientBody,
    strictBody,
    async handle(call) {
      const { body, params } = call;
      const { result, warnings, replayed } = await call.perform(
        triggerRun,
        {
          dagId: params.dag_id,
          dagRunId: body.dag_run_id,
          logicalDate: body.logical_date,
          dataIntervalStart: body.data_interval_start,
          dataIntervalEnd: body.data_interval_end,
          runAfter: body.run_after,
          conf: body.conf,
          note: body.note,
          partitionKey: body.partition_key,
        },
        await partitionVerdicts(call, params.dag_id, body.partition_key),
      );
      return ok(triggeredRunView(result, !warnings.some(({ code }) => code === "date_before_start")), {
        warnings,
        replayed,
      });
    },
  }),
];
