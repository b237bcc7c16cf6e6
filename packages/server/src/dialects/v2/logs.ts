import { type JsonObject, refusal, refuse } from "@windlass/contract";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { flag, integer, nullable, optional, text, withDefault } from "../../request/field.ts";
import { withStatus } from "../with-status.ts";
import { attemptOfTry, type LogLines, mayStillWrite, readLogLines } from "../task-log.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { taskInstanceOf } from "./task-instance-of.ts";

const NDJSON = "application/x-ndjson";

const logPath = { dag_id: text(), dag_run_id: text(), task_id: text(), try_number: integer({ minimum: 0 }) } as const;
const logQuery = {
  full_content: withDefault(flag(), false),
  map_index: withDefault(integer(), -1),
  token: optional(nullable(text())),
} as const;

/** A log line as v2 shows it: the fields beside the event. */
function lineView(line: JsonObject): JsonObject {
  const { fields, ...rest } = line;
  return typeof fields === "object" && fields !== null && !Array.isArray(fields)
    ? { ...(fields as JsonObject), ...rest }
    : rest;
}

/** Whether the caller wants NDJSON; JSON is the usual. @throws RefusalError where it takes neither */
function wantsLines(accept: string | undefined): boolean {
  if (accept === undefined || accept === "") return false;
  const types = accept.split(",").map((each) => (each.split(";")[0] ?? "").trim().toLowerCase());
  if (types.includes(NDJSON)) return true;
  if (types.some((type) => type === "*/*" || type === "application/*" || type === "application/json")) return false;
  throw refuse(
    "request.accept",
    { given: accept, known: `application/json, ${NDJSON}` },
    {
      pointer: "header/accept",
      actual: accept,
      expected: ["application/json", NDJSON],
      airflow: { v2: `Only application/json or ${NDJSON} is supported` },
    },
  );
}

async function* allLines(first: LogLines, next: (offset: number) => Promise<LogLines>): AsyncGenerator<string> {
  let part = first;
  for (;;) {
    if (part.lines.length > 0) yield part.lines.map((line) => `${JSON.stringify(lineView(line))}\n`).join("");
    else return;
    part = await next(part.nextOffset);
  }
}

async function logAnswer(
  call: Call<
    { dag_id: string; dag_run_id: string; task_id: string; try_number: number },
    { full_content: boolean; token?: string | null | undefined },
    unknown
  >,
  mapIndex: number,
) {
  const { server, params, query, headers } = call;
  const asLines = wantsLines(headers.accept);
  const instance = await taskInstanceOf(call, params, mapIndex);
  const attemptId = await attemptOfTry(server, instance, params.try_number);
  const ended = !mayStillWrite(instance, params.try_number);
  if (attemptId === undefined) {
    const line: JsonObject = {
      event: `Try ${String(params.try_number)} of ${params.task_id} never reached a worker: there is no log.`,
      level: "info",
    };
    return asLines
      ? ok(`${JSON.stringify(line)}\n`, { type: NDJSON })
      : ok({ content: [line], continuation_token: null });
  }
  const read = (offset: number): Promise<LogLines> => readLogLines(server, attemptId, offset, ended);
  const first = await read(query.token == null ? 0 : readCursor(query.token));
  if (asLines) return { status: 200, type: NDJSON, stream: allLines(first, read) };
  const lines = [...first.lines];
  let last = first;
  // As Airflow, `full_content` gives everything at once; without it a page ends at the part's bound.
  while (query.full_content && last.lines.length > 0 && lines.length < 200_000) {
    last = await read(last.nextOffset);
    lines.push(...last.lines);
  }
  return ok({ content: lines.map(lineView), continuation_token: last.complete ? null : writeCursor(last.nextOffset) });
}

/** Reading logs of attempts. */
export const logOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{try_number}",
    operationId: "get_log",
    summary: "The log of a try, as JSON with a continuation token or as NDJSON",
    action: "log.read",
    params: logPath,
    query: logQuery,
    produces: [NDJSON],
    handle: (call) => logAnswer(call, call.query.map_index),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/externalLogUrl/{try_number}",
    operationId: "get_external_log_url",
    summary: "Where else the log is: nowhere",
    action: "log.read",
    params: logPath,
    query: { map_index: withDefault(integer(), -1) },
    async handle() {
      throw withStatus(
        400,
        refusal(
          "object.unknown",
          { kind: "external log", name: "this server keeps logs itself", near: "" },
          {
            airflow: { v2: "Task log handler does not support external logs." },
          },
        ),
      );
    },
  }),
];
