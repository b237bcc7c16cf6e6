import { favoriteDag, parseDagFile, unfavoriteDag } from "@windlass/core/actions";
import { listDagIdsOfFile } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { text } from "../../request/field.ts";

/** The file that a `file_token` names; the empty one where it is no token. */
function fileOf(token: string): string {
  const file = Buffer.from(token, "base64url").toString("utf8");
  return file.includes("\u0000") || file.includes("\uFFFD") ? "" : file;
}

/** Favourites, and asking for a file to be parsed again. */
export const dagMarkOperations = [
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/dags/{dag_id}/favorite",
    operationId: "favorite_dag",
    summary: "Marks a Dag as the caller's favourite",
    action: "dag.favorite",
    answers: [204],
    params: { dag_id: text() },
    async handle({ params, perform }) {
      await perform(favoriteDag, { dagId: params.dag_id });
      return { status: 204 };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/dags/{dag_id}/unfavorite",
    operationId: "unfavorite_dag",
    summary: "Takes the mark back",
    action: "dag.favorite",
    answers: [204],
    params: { dag_id: text() },
    async handle({ params, perform }) {
      await perform(unfavoriteDag, { dagId: params.dag_id });
      return { status: 204 };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PUT",
    path: "/api/v2/parseDagFile/{file_token}",
    operationId: "reparse_dag_file",
    summary: "Has a Dag file parsed again",
    action: "dag.parse",
    answers: [201],
    params: { file_token: text() },
    async handle({ server, params, may, perform }) {
      const file = fileOf(params.file_token);
      const dagIds = await listDagIdsOfFile(server.actions.database, file);
      // A file of Dags that the caller may not read is as one that is not there.
      if (dagIds.length === 0 || !dagIds.every((dagId) => may("dag.read", dagId))) {
        throw objectUnknown("Dag file", params.file_token, {
          pointer: "path/file_token",
          airflow: { v2: "File not found" },
        });
      }
      const { warnings } = await perform(parseDagFile, { relativeFileloc: file });
      return ok(null, { status: 201, warnings });
    },
  }),
];
