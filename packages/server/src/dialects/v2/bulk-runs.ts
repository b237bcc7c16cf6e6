import { deleteRun, patchRun } from "@windlass/core/actions";
import { findRun } from "@windlass/core/queries";
import { type Answer } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { choice, nullable, optional, record, text } from "../../request/field.ts";
import { bulkBody } from "./bulk.ts";
import { bulkPlaces, type PlaceKind } from "./bulk-places.ts";

const entity = record({
  dag_run_id: text(),
  dag_id: optional(nullable(text())),
  state: optional(nullable(choice(["queued", "success", "failed"]))),
  note: optional(nullable(text({ maxLength: 1000 }))),
});

type Entity = NonNullable<(typeof entity)["value"]>;

interface RunPlace {
  readonly dagId: string;
  readonly runId: string;
}

const runKind: PlaceKind<Entity, RunPlace> = {
  entity,
  rights: { update: "dag_run.edit", delete: "dag_run.delete" },
  rightsOnEach: false,
  createSaid: "Dag Runs bulk create is not supported. Use the trigger Dag Run endpoint instead.",
  ownName: ({ dag_run_id: runId }) => `dag_run_id: ${runId}`,
  nameSaid: (name) => `dag_run_id: ${name}`,
  updateOfName: (name) => `Bulk update requires a BulkDAGRunBody object, not a string for dag_run_id: ${name}`,
  bodyName: "BulkDAGRunBody",
  missingNames: "dag_id",
  placeOf: (each, { dagId }) =>
    typeof each === "string"
      ? { dagId, runId: each }
      : { dagId: each.dag_id == null || each.dag_id === "" ? dagId : each.dag_id, runId: each.dag_run_id },
  dagIdOf: ({ dagId }) => dagId,
  hasWildcard: ({ dagId, runId }) => dagId === "~" || runId === "~",
  keyOf: ({ dagId, runId }) => `${dagId}.${runId}`,
  async expand({ server }, place) {
    return (await findRun(server.actions.database, place.dagId, place.runId)) === undefined ? [] : [place];
  },
  missingSaid: (places) =>
    `The DagRuns with these identifiers: [${places.map(({ dagId, runId }) => `('${dagId}', '${runId}')`).join(", ")}] were not found`,
  async update(call, { dagId, runId }, { state, note }) {
    await call.perform(patchRun, {
      dagId,
      runId,
      state: state ?? undefined,
      // null says nothing here; an empty note takes the note away.
      note: note == null ? undefined : note === "" ? null : note,
    });
  },
  async remove(call, { dagId, runId }) {
    await call.perform(deleteRun, { dagId, runId });
  },
};

/** Changing and deleting many runs. */
export const bulkRunOperations = [
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/dags/{dag_id}/dagRuns",
    operationId: "bulk_dag_runs",
    summary: "Sets the states and notes of many runs, or deletes them; ~ stands for Dags that the body names",
    action: "dag_run.edit",
    params: { dag_id: text() },
    body: bulkBody,
    handle: (call): Promise<Answer> => bulkPlaces(call, runKind, { dagId: call.params.dag_id, runId: "~" }),
  }),
];
