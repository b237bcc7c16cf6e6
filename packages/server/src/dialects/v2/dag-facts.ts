import { RUN_STATES } from "@windlass/contract";
import {
  countRunsByState,
  type DAG_VERSION_SORTS,
  findDagSource,
  findDagVersion,
  listDagTags,
  listDagVersions,
} from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { dagUnknown, objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, list, optional, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { BUNDLE_NAME, dagVersionView } from "./dag-version-view.ts";
import { dagOf } from "./dags.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";

const VERSION_ORDER = {
  id: "id",
  version_number: "versionNumber",
  created_at: "createdAt",
  bundle_name: "id",
  bundle_version: "id",
} as const satisfies Record<string, keyof typeof DAG_VERSION_SORTS>;

/** Tags, versions, sources and numbers of Dags. */
export const dagFactOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dagTags",
    operationId: "get_dag_tags",
    summary: "Tags of readable Dags",
    action: "dag_tag.list",
    query: {
      ...pagingFields,
      order_by: orderField("name"),
      tag_name_pattern: optional(text()),
      tag_name_prefix_pattern: optional(text()),
    },
    async handle({ server, query, scope }) {
      const [order] = readOrderBy(query.order_by, { name: "name" } as const);
      const filter = { pattern: query.tag_name_pattern, prefix: query.tag_name_prefix_pattern };
      const { rows, total } = await listDagTags(
        server.actions.database,
        scope(),
        filter,
        order?.descending === true,
        pageOf(query),
      );
      return ok({ tags: rows, total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dagStats",
    operationId: "get_dag_stats",
    summary: "Numbers of runs by state",
    action: "dag_stats.read",
    query: { ...pagingFields, dag_ids: optional(list(text())) },
    async handle({ server, query, scope }) {
      const rows = await countRunsByState(server.actions.database, scope(), query.dag_ids);
      const dags = rows.map(({ dagId, displayName, counts }) => ({
        dag_id: dagId,
        dag_display_name: displayName,
        stats: RUN_STATES.map((state) => ({ state, count: counts[state] ?? 0 })),
      }));
      return ok({ dags, total_entries: dags.length });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagVersions",
    operationId: "get_dag_versions",
    summary: "Versions of a Dag",
    action: "dag_version.list",
    params: { dag_id: text() },
    query: {
      ...pagingFields,
      version_number: optional(integer()),
      bundle_name: optional(text()),
      bundle_version: optional(text()),
      order_by: orderField("id"),
    },
    async handle(call) {
      const { server, params, query, scope } = call;
      const dagId = params.dag_id === "~" ? undefined : (await dagOf(call, params.dag_id)).dagId;
      const ordering = readOrderBy(query.order_by, VERSION_ORDER);
      const nothing =
        (query.bundle_name !== undefined && query.bundle_name !== BUNDLE_NAME) || query.bundle_version !== undefined;
      if (nothing) return ok({ dag_versions: [], total_entries: 0 });
      const { rows, total } = await listDagVersions(
        server.actions.database,
        scope(),
        { dagId, versionNumber: query.version_number },
        ordering,
        pageOf(query),
      );
      return ok({
        dag_versions: rows.map((row) => dagVersionView(row, row.dagId, row.displayName)),
        total_entries: total,
      });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagVersions/{version_number}",
    operationId: "get_dag_version",
    summary: "One version of a Dag",
    action: "dag_version.read",
    params: { dag_id: text(), version_number: integer() },
    async handle({ server, params }) {
      const version = await findDagVersion(server.actions.database, params.dag_id, params.version_number);
      if (version !== undefined) return ok(dagVersionView(version, version.dagId, version.displayName));
      const number = String(params.version_number);
      throw objectUnknown("Dag version", `${number} of ${params.dag_id}`, {
        airflow: {
          v2: `The DagVersion with dag_id: \`${params.dag_id}\` and version_number: \`${number}\` was not found`,
        },
      });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dagSources/{dag_id}",
    operationId: "get_dag_source",
    summary: "The file that a version of a Dag was loaded from",
    action: "dag_source.read",
    params: { dag_id: text() },
    query: { version_number: optional(integer()) },
    produces: ["text/plain"],
    async handle(call) {
      const { server, params, query, headers } = call;
      const source = await findDagSource(server.actions.database, params.dag_id, query.version_number);
      const said = `The source code of the DAG ${params.dag_id}, version_number ${String(query.version_number ?? null)} was not found`;
      if (source === undefined) throw await dagUnknown(call, params.dag_id, { v2: said });
      // One file may hold several Dags; it is shown to those who may read all of them.
      if (!source.neighbours.every((dagId) => call.may("dag_source.read", dagId))) {
        throw objectUnknown("readable source", params.dag_id, { airflow: { v2: said } });
      }
      if (headers.accept === "text/plain") return ok(source.source, { type: "text/plain" });
      return ok({
        content: source.source,
        dag_id: source.dagId,
        version_number: source.versionNumber,
        dag_display_name: source.displayName,
      });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dagWarnings",
    operationId: "list_dag_warnings",
    summary: "Warnings about Dags: none are kept; a Dag that needs attention has an import error",
    action: "dag_warning.list",
    query: {
      ...pagingFields,
      dag_id: optional(text()),
      warning_type: optional(text()),
      order_by: orderField("dag_id"),
    },
    handle: async () => ok({ dag_warnings: [], total_entries: 0 }),
  }),
];
