import { refusal, type Verdict, warning } from "@windlass/contract";
import { triggerRun } from "@windlass/core/actions";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { alsoCalled, dictionary, moment, nullable, optional, record, text } from "../../request/field.ts";
import type { Instant } from "@windlass/contract";
import { runView } from "./run-view.ts";

interface GivenDates {
  readonly logical_date?: Instant | undefined;
  readonly execution_date?: Instant | undefined;
}

/** The old and the present name of one field must say the same. */
function dateVerdicts({ logical_date: proper, execution_date: old }: GivenDates): readonly Verdict[] {
  if (proper === undefined || old === undefined || proper === old) return [];
  const airflow = { v1: { title: "logical_date conflicts with execution_date", detail: `'${proper}' != '${old}'` } };
  const why = refusal(
    "request.alias_conflict",
    { used: "execution_date", proper: "logical_date" },
    { pointer: "/execution_date", airflow },
  );
  return [{ phase: "fields", refusal: why }];
}

/** Triggering a run. */
export const triggerOperations = [
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/dags/{dag_id}/dagRuns",
    operationId: "post_dag_run",
    summary: "Makes a run of a Dag",
    action: "dag_run.create",
    params: { dag_id: text() },
    body: record({
      dag_run_id: alsoCalled(optional(text()), "run_id"),
      logical_date: optional(moment("rfc3339")),
      execution_date: optional(moment("rfc3339")),
      data_interval_start: optional(nullable(moment("rfc3339"))),
      data_interval_end: optional(nullable(moment("rfc3339"))),
      conf: optional(dictionary()),
      note: optional(nullable(text())),
    }),
    dagId: ({ params }) => String(params.dag_id),
    async handle(call) {
      const { body, params } = call;
      const { result, warnings, replayed } = await call.perform(
        triggerRun,
        {
          dagId: params.dag_id,
          dagRunId: body.dag_run_id,
          logicalDate: body.logical_date ?? body.execution_date,
          dataIntervalStart: body.data_interval_start,
          dataIntervalEnd: body.data_interval_end,
          conf: body.conf,
          note: body.note,
        },
        dateVerdicts(body),
      );
      const old =
        body.execution_date === undefined
          ? []
          : [warning("name_deprecated", { used: "execution_date", proper: "logical_date" })];
      return ok(runView(result), { warnings: [...old, ...warnings], replayed });
    },
  }),
];
