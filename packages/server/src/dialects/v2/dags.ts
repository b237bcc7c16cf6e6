import { RUN_STATES, refuse, type RunState } from "@windlass/contract";
import {
  assetIdsOf,
  countActiveRuns,
  type DagRow,
  type DagSort,
  findDag,
  isFavorite,
  listDags,
} from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { dagUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { choice, flag, list, optional, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { assetsOf, conditionOf } from "../timetable.ts";
import { dagDetailsView, dagView } from "./dag-view.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";
import { momentBounds, rangeOf } from "./ranges.ts";

const ORDER: Readonly<Record<string, DagSort>> = {
  dag_id: "dagId",
  dag_display_name: "displayName",
  next_dagrun: "nextLogicalDate",
  next_dagrun_run_after: "nextRunAfter",
  is_paused: "isPaused",
  last_run_state: "lastRunState",
  last_run_start_date: "lastRunStartDate",
  state: "lastRunState",
  start_date: "lastRunStartDate",
};

const dagFilters = {
  ...pagingFields,
  tags: optional(list(text())),
  tags_match_mode: optional(choice(["any", "all"])),
  owners: optional(list(text())),
  dag_id_pattern: optional(text()),
  dag_id_prefix_pattern: optional(text()),
  dag_display_name_pattern: optional(text()),
  dag_display_name_prefix_pattern: optional(text()),
  exclude_stale: withDefault(flag(), true),
  paused: optional(flag()),
  has_import_errors: optional(flag()),
  last_dag_run_state: optional(choice(["queued", "running", "success", "failed"])),
  bundle_name: optional(text()),
  bundle_version: optional(text()),
  has_asset_schedule: optional(flag()),
  asset_dependency: optional(text()),
  ...momentBounds("dag_run_start_date"),
  ...momentBounds("dag_run_end_date"),
  dag_run_state: optional(list(text())),
  is_favorite: optional(flag()),
  timetable_type: optional(list(text())),
  order_by: orderField("dag_id"),
} as const;

type DagQuery = Call<
  unknown,
  {
    readonly [Name in keyof typeof dagFilters]: (typeof dagFilters)[Name] extends { readonly value?: infer V }
      ? V
      : never;
  },
  unknown
>;

async function pageOfDags({
  server,
  query,
  scope,
  principal,
}: DagQuery): Promise<{ rows: readonly DagRow[]; total: number }> {
  const nothing =
    (query.bundle_name !== undefined && query.bundle_name !== "dags-folder") || query.bundle_version !== undefined;
  return listDags(
    server.actions.database,
    scope(),
    {
      ...(nothing ? { dagIds: [] } : {}),
      favoriteOf: query.is_favorite === true ? principal.id : undefined,
      notFavoriteOf: query.is_favorite === false ? principal.id : undefined,
      tags: query.tags,
      tagsMatch: query.tags_match_mode,
      owners: query.owners,
      dagIdPattern: query.dag_id_pattern,
      dagIdPrefix: query.dag_id_prefix_pattern,
      displayNamePattern: query.dag_display_name_pattern,
      displayNamePrefix: query.dag_display_name_prefix_pattern,
      excludeStale: query.exclude_stale,
      isPaused: query.paused,
      hasImportErrors: query.has_import_errors,
      lastRunState: query.last_dag_run_state,
      runStates: runStatesOf(query.dag_run_state),
      runStartDate: rangeOf(query, "dag_run_start_date"),
      runEndDate: rangeOf(query, "dag_run_end_date"),
      hasAssetSchedule: query.has_asset_schedule,
      assetDependency: query.asset_dependency,
    },
    readOrderBy(query.order_by, ORDER),
    pageOf(query),
  );
}

/** States of runs in a query. Airflow words this one refusal as a sentence, not as a list. @throws RefusalError */
export function runStatesOf(given: readonly string[] | undefined): readonly RunState[] | undefined {
  return given?.map((state) => {
    const known = RUN_STATES.find((each) => each === state);
    if (known !== undefined) return known;
    const airflow = { v2: "Invalid value for state. Valid values are queued, running, success, failed" };
    throw refuse(
      "request.field_wrong",
      { part: "query", name: "state", problem: `${state} is no state of a run`, expected: RUN_STATES.join(", ") },
      {
        pointer: "query/state",
        actual: state,
        expected: RUN_STATES,
        airflow,
      },
    );
  });
}

const dagPath = { dag_id: text() } as const;

/** The Dag of a path. @throws RefusalError */
export async function dagOf(
  call: Pick<Call<unknown, unknown, unknown>, "server" | "scope">,
  dagId: string,
): Promise<DagRow> {
  const dag = await findDag(call.server.actions.database, dagId);
  if (dag === undefined) throw await dagUnknown(call, dagId, { v2: `The Dag with ID: \`${dagId}\` was not found` });
  return dag;
}

/** Reading Dags. */
export const dagOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags",
    operationId: "get_dags",
    summary: "Dags that the caller may read",
    action: "dag.list",
    query: dagFilters,
    async handle(call) {
      const { rows, total } = await pageOfDags(call);
      return ok({ dags: rows.map(dagView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}",
    operationId: "get_dag",
    summary: "One Dag",
    action: "dag.read",
    params: dagPath,
    handle: async (call) => ok(dagView(await dagOf(call, call.params.dag_id))),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/details",
    operationId: "get_dag_details",
    summary: "One Dag with everything its definition says",
    action: "dag.read",
    params: dagPath,
    async handle(call) {
      const dag = await dagOf(call, call.params.dag_id);
      const { database } = call.server.actions;
      const condition = dag.definition?.schedule && conditionOf(dag.definition.schedule);
      const [active, favorite, assetIds] = await Promise.all([
        countActiveRuns(database, dag.dagId),
        isFavorite(database, call.principal.id, dag.dagId),
        assetIdsOf(database, condition === undefined ? [] : assetsOf(condition)),
      ]);
      return ok(dagDetailsView(dag, active, favorite, assetIds));
    },
  }),
];

/** Filters and reader of lists of Dags, shared with the operations that change many. */
export const dagLists = { filters: dagFilters, read: pageOfDags };
