import { refuse } from "@windlass/contract";
import { parseDagFile } from "@windlass/core/actions";
import { findDagSource, listDagIdsOfFile } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { text } from "../../request/field.ts";
import { acceptedType } from "./accepted-type.ts";
import { titleOnly } from "./airflow-words.ts";

/** Reading the files that Dags come from. */
export const dagSourceOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dagSources/{file_token}",
    operationId: "get_dag_source",
    summary: "The source of a Dag file, as text or JSON",
    action: "dag_source.read",
    params: { file_token: text() },
    produces: ["text/plain"],
    async handle({ server, params, headers, may }) {
      const file = fileOf(params.file_token);
      const dagIds = await listDagIdsOfFile(server.actions.database, file);
      // A file is read by whoever may read every Dag in it.
      const readable = dagIds.every((dagId) => may("dag_source.read", dagId));
      const [first] = dagIds;
      const source = first === undefined || !readable ? undefined : await findDagSource(server.actions.database, first);
      if (source === undefined) {
        throw objectUnknown("Dag file", file, {
          pointer: "path/file_token",
          airflow: { v1: titleOnly("Dag source not found") },
        });
      }
      const type = acceptedType(headers.accept, ["text/plain", "application/json"]);
      if (type === "text/plain") return ok(source.source, { type });
      if (type === "application/json" || headers.accept === undefined) return ok({ content: source.source });
      throw refuse(
        "request.accept",
        { given: headers.accept, known: "text/plain, application/json" },
        { pointer: "header/accept", actual: headers.accept },
      );
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "PUT",
    path: "/api/v1/parseDagFile/{file_token}",
    operationId: "reparse_dag_file",
    summary: "Has a Dag file parsed again",
    action: "dag.parse",
    params: { file_token: text() },
    answers: [201],
    async handle({ params, perform }) {
      const { warnings } = await perform(parseDagFile, { relativeFileloc: fileOf(params.file_token) });
      return { status: 201, type: "text/html", warnings };
    },
  }),
];

/** The file that a token of `fileToken` names; the empty one where it is no token. */
function fileOf(token: string): string {
  const file = Buffer.from(token, "base64url").toString("utf8");
  return file.includes("\u0000") || file.includes("\uFFFD") ? "" : file;
}
