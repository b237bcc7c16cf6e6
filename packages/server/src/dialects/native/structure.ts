import type { JsonObject } from "@windlass/contract";
import { type DefinedVersion, findDefinition } from "@windlass/core/queries";
import type { Answer } from "../../answer.ts";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { dagUnknown, objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, optional, text } from "../../request/field.ts";

/** The definition of a Dag's version; the newest where no number is given. @throws RefusalError */
export async function definitionOf(
  call: Pick<Call<unknown, unknown, unknown>, "server" | "scope">,
  dagId: string,
  versionNumber?: number,
): Promise<DefinedVersion> {
  const { database } = call.server.actions;
  const version = await findDefinition(database, dagId, versionNumber);
  if (version !== undefined) return version;
  const newest = versionNumber === undefined ? undefined : await findDefinition(database, dagId);
  if (newest === undefined) throw await dagUnknown(call, dagId);
  throw objectUnknown("version", `${dagId} ${versionNumber ?? ""}`, {
    pointer: "query/version_number",
    expected: `1 to ${newest.versionNumber}`,
  });
}

function structureView({ dagId, versionNumber, createdAt, definition }: DefinedVersion): JsonObject {
  const labels = new Map(definition.edgeLabels.map(([from, to, label]) => [`${from}\n${to}`, label]));
  return {
    dag_id: dagId,
    version_number: versionNumber,
    created_at: createdAt,
    tasks: definition.tasks.map((task) => ({
      task_id: task.taskId,
      display_name: task.displayName ?? task.taskId,
      operator: task.operator,
      upstream: [...task.upstreamTaskIds],
      trigger_rule: task.triggerRule,
      retries: task.retry.attempts,
      pool: task.pool,
      group_id: task.taskGroupId,
      is_mapped: task.expand !== null,
      is_setup: task.isSetup,
      is_teardown: task.isTeardown,
    })),
    groups: definition.taskGroups.map((group) => ({
      group_id: group.groupId,
      parent: group.parentGroupId,
      display_name: group.displayName,
    })),
    edges: definition.tasks.flatMap((task) =>
      task.upstreamTaskIds.map((from) => ({
        from,
        to: task.taskId,
        label: labels.get(`${from}\n${task.taskId}`) ?? null,
      })),
    ),
  };
}

/** The shape of a Dag. A version never changes, so its answer is known by the version's own id. */
export const structureOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/structure",
    operationId: "get_dag_structure",
    summary: "Tasks, groups and edges of a version of the Dag; the newest where none is named",
    action: "task.list",
    params: { dag_id: text() },
    query: { version_number: optional(integer({ minimum: 1 })) },
    answers: [200, 304],
    async handle(call): Promise<Answer> {
      const version = await definitionOf(call, call.params.dag_id, call.query.version_number);
      const etag = `"${version.uuid}"`;
      // Looked at anew each time, so that nobody keeps what may no longer be read.
      const headers = { etag, "cache-control": "private, no-cache" };
      if (call.headers["if-none-match"] === etag) return { status: 304, type: null, headers };
      return ok(structureView(version), { headers });
    },
  }),
];
