import { invariant } from "@windlass/contract";
import { type BackfillChange, changeBackfill, createBackfill, dryRunBackfill } from "@windlass/core/actions";
import { type BackfillRow, findBackfill, listBackfills } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { backfillOf, backfillInput } from "../backfill.ts";
import { defineOperation, type Operation } from "../../operation.ts";
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
import { readOrderBy } from "../../request/order-by.ts";
import { z, zOrNull } from "./moments.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";

const backfillId = integer({ minimum: 0 });

const body = record({
  dag_id: text(),
  from_date: moment("utc"),
  to_date: moment("utc"),
  run_backwards: withDefault(flag(), false),
  dag_run_conf: optional(nullable(dictionary())),
  reprocess_behavior: withDefault(choice(["failed", "completed", "none"]), "none"),
  max_active_runs: withDefault(integer(), 10),
  run_on_latest_version: optional(nullable(flag())),
});

/** A backfill as v2 shows it. */
function backfillView(backfill: BackfillRow): Record<string, unknown> {
  return {
    id: backfill.id,
    dag_id: backfill.dagId,
    from_date: z(backfill.fromDate),
    to_date: z(backfill.toDate),
    dag_run_conf: backfill.conf,
    is_paused: backfill.isPaused,
    reprocess_behavior: backfill.reprocessBehavior,
    max_active_runs: backfill.maxActiveRuns,
    created_at: z(backfill.createdAt),
    completed_at: zOrNull(backfill.completedAt),
    updated_at: z(backfill.updatedAt),
    dag_display_name: backfill.dagDisplayName,
  };
}

function change(word: string, to: BackfillChange, summary: string): Operation {
  return defineOperation({
    dialect: "v2",
    method: "PUT",
    path: `/api/v2/backfills/{backfill_id}/${word}`,
    operationId: `${word}_backfill`,
    summary,
    action: "backfill.edit",
    params: { backfill_id: backfillId },
    async handle(call) {
      const { database } = call.server.actions;
      const id = call.params.backfill_id as number | undefined;
      const found = id === undefined ? undefined : await findBackfill(database, id);
      const { result, warnings } = await call.perform(changeBackfill(to), {
        backfillId: id,
        dagId: found?.dagId ?? null,
      });
      const changed = await findBackfill(database, result.id);
      invariant(changed, "a backfill that was just changed is gone");
      return ok(backfillView(changed), { warnings });
    },
  });
}

/** Backfills: made, dry run, listed, paused, unpaused, cancelled. */
export const backfillOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/backfills",
    operationId: "list_backfills",
    summary: "Backfills of a Dag",
    action: "backfill.list",
    query: { dag_id: text(), ...pagingFields, order_by: orderField("id") },
    dagId: ({ query }) => (typeof query.dag_id === "string" ? query.dag_id : null),
    async handle({ server, query }) {
      const order = readOrderBy(query.order_by, { id: "id" });
      const { rows, total } = await listBackfills(server.actions.database, query.dag_id, order, pageOf(query));
      return ok({ backfills: rows.map(backfillView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/backfills/{backfill_id}",
    operationId: "get_backfill",
    summary: "One backfill",
    // Which Dag's it is, only the backfill tells.
    action: "dag_run.list_all",
    params: { backfill_id: backfillId },
    handle: async (call) => ok(backfillView(await backfillOf(call, call.params.backfill_id))),
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/backfills",
    operationId: "create_backfill",
    summary: "Makes a backfill with its runs",
    action: "backfill.create",
    body,
    dagId: ({ body: sent }) => dagIdIn(sent),
    async handle(call) {
      const { result, warnings, replayed } = await call.perform(createBackfill, backfillInput(call.body));
      const made = await findBackfill(call.server.actions.database, result.id);
      invariant(made, "a backfill that was just made is gone");
      return ok(backfillView(made), { warnings, replayed });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/backfills/dry_run",
    operationId: "create_backfill_dry_run",
    summary: "The logical dates for which a backfill would make runs",
    action: "backfill.create",
    body,
    dagId: ({ body: sent }) => dagIdIn(sent),
    async handle(call) {
      const { result, warnings } = await call.perform(dryRunBackfill, backfillInput(call.body));
      const backfills = result
        .filter(({ outcome }) => outcome === "new" || outcome === "reprocess")
        .map(({ logicalDate }) => ({ logical_date: z(logicalDate), partition_key: null, partition_date: null }));
      return ok({ backfills, total_entries: backfills.length }, { warnings });
    },
  }),
  change("pause", "paused", "Holds back the queued runs of a backfill"),
  change("unpause", "unpaused", "Lets the queued runs of a backfill start"),
  change("cancel", "cancelled", "Fails the queued runs of a backfill and completes it"),
];

function dagIdIn(sent: unknown): string | null {
  return typeof sent === "object" && sent !== null && "dag_id" in sent && typeof sent.dag_id === "string"
    ? sent.dag_id
    : null;
}
