import { findDag, findDagSource } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { dagUnknown, objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, optional, text } from "../../request/field.ts";

/** The source file of a version of a Dag. */
export const sourceOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/source",
    operationId: "get_dag_source",
    summary: "The source file that a version of the Dag was loaded from; the newest where none is named",
    action: "dag_source.read",
    params: { dag_id: text() },
    query: { version_number: optional(integer({ minimum: 1 })) },
    async handle(call) {
      const { server, params, query, may } = call;
      const found = await findDagSource(server.actions.database, params.dag_id, query.version_number);
      if (found === undefined) {
        if ((await findDag(server.actions.database, params.dag_id)) === undefined)
          throw await dagUnknown(call, params.dag_id);
        throw objectUnknown("version", `${params.dag_id} ${String(query.version_number ?? "")}`, {
          pointer: "query/version_number",
        });
      }
      // One file may hold several Dags; it is shown to those who may read all of them.
      if (!found.neighbours.every((dagId) => may("dag_source.read", dagId)))
        throw objectUnknown("readable source", params.dag_id, { pointer: "path/dag_id" });
      return ok({
        dag_id: found.dagId,
        display_name: found.displayName,
        version_number: found.versionNumber,
        relative_fileloc: found.relativeFileloc,
        content: found.source,
      });
    },
  }),
];
