import type { DagScope, HumanRequest, HumanUser, Instant, JsonObject, TaskInstanceState } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, type Ordering, type Page, type Paging, type Range } from "./conditions.ts";
import { selectPage } from "./select-page.ts";

/** A question to a person, with its answer where there is one. */
export interface HumanStepRow {
  readonly taskInstanceId: number;
  readonly dagRunId: number;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  /** The task instance's, as it is now. */
  readonly state: TaskInstanceState | null;
  /** The attempt that asked. */
  readonly attemptId: string;
  /** Whether the task instance waits for the answer right now. */
  readonly isOpen: boolean;
  readonly request: HumanRequest;
  readonly createdAt: Instant;
  readonly dueAt: Instant | null;
  readonly respondedAt: Instant | null;
  /** null beside a `respondedAt`: nobody did in time. */
  readonly respondedBy: HumanUser | null;
  readonly chosenOptions: readonly string[] | null;
  readonly paramsInput: JsonObject;
  readonly timedOut: boolean;
}

/** What questions are picked by. */
export interface HumanStepFilter {
  readonly dagIds?: readonly string[] | undefined;
  readonly dagIdPattern?: string | undefined;
  readonly dagIdPrefix?: string | undefined;
  readonly runIds?: readonly string[] | undefined;
  readonly taskIds?: readonly string[] | undefined;
  readonly taskIdPattern?: string | undefined;
  readonly taskIdPrefix?: string | undefined;
  readonly mapIndexes?: readonly number[] | undefined;
  readonly states?: readonly (string | null)[] | undefined;
  readonly isAnswered?: boolean | undefined;
  /** Waiting right now. */
  readonly isOpen?: boolean | undefined;
  readonly respondedByIds?: readonly string[] | undefined;
  readonly respondedByNames?: readonly string[] | undefined;
  readonly subjectPattern?: string | undefined;
  readonly bodyPattern?: string | undefined;
  readonly createdAt?: Range<Instant> | undefined;
}

/** Columns behind the names. */
export const HUMAN_STEP_SORTS = {
  id: "t.id",
  subject: "h.subject",
  respondedAt: "h.responded_at",
  createdAt: "h.created_at",
  respondedById: "h.responded_by_id",
  respondedByName: "h.responded_by_name",
  dagId: "t.dag_id",
  runId: "r.run_id",
  taskId: "t.task_id",
  runAfter: "r.run_after",
  renderedMapIndex: "coalesce(t.rendered_map_index, lpad(t.map_index::text, 10))",
  operator: "t.operator",
  state: "t.state",
} as const;

/** By what questions can be ordered. */
export type HumanStepSort = keyof typeof HUMAN_STEP_SORTS;

const OPEN = `(t.state is not distinct from 'awaiting_input' and t.attempt_id = h.attempt_id and h.responded_at is null)`;
const COLUMNS = `h.task_instance_id as "taskInstanceId", t.dag_run_id as "dagRunId", t.dag_id as "dagId", r.run_id as "runId",
  t.task_id as "taskId", t.map_index as "mapIndex", h.try_number as "tryNumber", t.state, h.attempt_id as "attemptId", ${OPEN} as "isOpen",
  h.request, h.created_at as "createdAt", h.due_at as "dueAt", h.responded_at as "respondedAt",
  case when h.responded_by_id is not null then jsonb_build_object('id', h.responded_by_id, 'name', h.responded_by_name) end as "respondedBy",
  h.chosen_options as "chosenOptions", coalesce(h.params_input, '{}') as "paramsInput", h.timed_out as "timedOut"`;
const FROM = `from human_request h join task_instance t on t.id = h.task_instance_id join dag_run r on r.id = t.dag_run_id`;
// What a try before a clear or a retry asked belongs to the history.
const CURRENT = `h.try_number = t.try_number and t.state is not null and t.state <> 'up_for_retry'`;

function conditionsOf(scope: DagScope, filter: HumanStepFilter): Conditions {
  const conditions = new Conditions()
    .raw(CURRENT)
    .scope("t.dag_id", scope)
    .anyOf("t.dag_id", filter.dagIds)
    .pattern("t.dag_id", filter.dagIdPattern)
    .prefix("t.dag_id", filter.dagIdPrefix)
    .anyOf("r.run_id", filter.runIds)
    .anyOf("t.task_id", filter.taskIds)
    .pattern("t.task_id", filter.taskIdPattern)
    .prefix("t.task_id", filter.taskIdPrefix)
    .anyOf("t.map_index", filter.mapIndexes, "integer")
    .stateIn("t.state", filter.states)
    .anyOf("h.responded_by_id", filter.respondedByIds)
    .anyOf("h.responded_by_name", filter.respondedByNames)
    .pattern("h.subject", filter.subjectPattern)
    .pattern("h.body", filter.bodyPattern)
    .range("h.created_at", filter.createdAt);
  if (filter.isAnswered !== undefined) conditions.raw(`h.responded_at is ${filter.isAnswered ? "not null" : "null"}`);
  return filter.isOpen === undefined ? conditions : conditions.raw(filter.isOpen ? OPEN : `not ${OPEN}`);
}

/** Questions of the current tries that a caller may see. */
export async function listHumanSteps(
  sql: Sql,
  scope: DagScope,
  filter: HumanStepFilter,
  ordering: Ordering<HumanStepSort>,
  paging: Paging,
): Promise<Page<HumanStepRow>> {
  const conditions = conditionsOf(scope, filter);
  return selectPage(sql, {
    columns: COLUMNS,
    from: FROM,
    conditions,
    sorts: HUMAN_STEP_SORTS,
    ordering,
    last: "t.id",
    paging,
  });
}

/** The question of a task instance; undefined where there is none. @param tryNumber absent: that of the current try */
export async function findHumanStep(
  sql: Sql,
  taskInstanceId: number,
  tryNumber?: number,
): Promise<HumanStepRow | undefined> {
  const rows = await sql.query<HumanStepRow>(
    `select ${COLUMNS} ${FROM} where h.task_instance_id = $1 and ${tryNumber === undefined ? CURRENT : "h.try_number = $2"}`,
    tryNumber === undefined ? [taskInstanceId] : [taskInstanceId, tryNumber],
  );
  return rows[0];
}
