import { dryRunBackfill } from "@windlass/core/actions";
import { listBackfillDates, readBackfillProgress } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import {
  choice,
  dictionary,
  flag,
  integer,
  moment,
  nullable,
  optional,
  record,
  text,
  withDefault,
} from "../../request/field.ts";
import { backfillInput, backfillOf } from "../backfill.ts";
import { pagingFields } from "./paging.ts";

const params = { backfill_id: integer({ minimum: 0 }) } as const;

/** What v2 does not tell of a backfill: how far it is, what became of each date, and why a dry run leaves dates out. */
export const backfillOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/backfills/{backfill_id}",
    operationId: "read_backfill",
    summary: "A backfill and how far it is",
    action: "dag_run.list_all",
    params,
    async handle(call) {
      const backfill = await backfillOf(call, call.params.backfill_id);
      const { runs, leftOut, deleted, total } = await readBackfillProgress(call.server.actions.database, backfill.id);
      return ok({
        id: backfill.id,
        dag_id: backfill.dagId,
        from_date: backfill.fromDate,
        to_date: backfill.toDate,
        dag_run_conf: backfill.conf,
        is_paused: backfill.isPaused,
        run_backwards: backfill.runBackwards,
        reprocess_behavior: backfill.reprocessBehavior,
        max_active_runs: backfill.maxActiveRuns,
        created_at: backfill.createdAt,
        completed_at: backfill.completedAt,
        updated_at: backfill.updatedAt,
        triggering_user_name: backfill.triggeringUser,
        progress: { total, runs, left_out: leftOut, deleted },
      });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/backfills/{backfill_id}/dates",
    operationId: "list_backfill_dates",
    summary: "The dates of a backfill in its order, each with its run or the reason why it has none",
    action: "dag_run.list_all",
    params,
    query: pagingFields,
    async handle(call) {
      const backfill = await backfillOf(call, call.params.backfill_id);
      const { rows, total } = await listBackfillDates(call.server.actions.database, backfill.id, call.query);
      return ok({
        total,
        dates: rows.map(({ ordinal, logicalDate, runId, state, exceptionReason }) => ({
          ordinal,
          logical_date: logicalDate,
          run_id: runId,
          state,
          exception_reason: exceptionReason,
        })),
      });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "POST",
    path: "/api/windlass/v1/backfills/dry-run",
    operationId: "dry_run_backfill",
    summary: "What a backfill would do with each date of its range, those that it would leave out among them",
    action: "backfill.create",
    body: record({
      dag_id: text(),
      from_date: moment("utc"),
      to_date: moment("utc"),
      run_backwards: withDefault(flag(), false),
      dag_run_conf: optional(nullable(dictionary())),
      reprocess_behavior: withDefault(choice(["failed", "completed", "none"]), "none"),
      max_active_runs: withDefault(integer(), 10),
    }),
    async handle(call) {
      const { result, warnings } = await call.perform(dryRunBackfill, backfillInput(call.body));
      return ok(
        {
          total: result.length,
          dates: result.map(({ logicalDate, dataIntervalStart, dataIntervalEnd, outcome, runId }) => ({
            logical_date: logicalDate,
            data_interval_start: dataIntervalStart,
            data_interval_end: dataIntervalEnd,
            outcome,
            run_id: runId,
          })),
        },
        { warnings },
      );
    },
  }),
];
