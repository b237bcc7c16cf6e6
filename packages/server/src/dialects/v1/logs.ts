import { isJsonObject, NOT_MAPPED, refuse } from "@windlass/contract";
import type { TaskInstanceRow } from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { flag, integer, optional, text, withDefault } from "../../request/field.ts";
import { attemptOfTry, mayStillWrite, readLogLines } from "../task-log.ts";
import { acceptedType } from "./accepted-type.ts";
import { logText } from "./log-text.ts";
import { pythonText } from "./python-text.ts";
import { instancePath, type InstancePlace, taskInstanceOf } from "./task-instances.ts";

interface LogQuery {
  readonly full_content: boolean;
  readonly map_index: number;
  readonly token?: string | undefined;
}

/** The part of a log that one answer holds. */
interface LogPage {
  readonly text: string;
  readonly nextOffset: number;
  readonly complete: boolean;
}

function readToken(token: string): number {
  try {
    const read: unknown = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString("utf8"));
    const position = isJsonObject(read) ? read.log_pos : undefined;
    if (typeof position === "number" && Number.isSafeInteger(position) && position >= 0) return position;
  } catch {
    // Whatever it was, it is no token of this server.
  }
  throw refuse(
    "request.cursor",
    { given: token },
    {
      pointer: "query/token",
      airflow: { v1: { title: "Bad Signature. Please use only the tokens provided by the API.", detail: null } },
    },
  );
}

function writeToken(page: LogPage): string {
  return Buffer.from(JSON.stringify({ end_of_log: page.complete, log_pos: page.nextOffset })).toString("base64url");
}

async function readPage(
  { server, query, params }: Call<InstancePlace & { task_try_number: number }, LogQuery, unknown>,
  instance: TaskInstanceRow,
  whole: boolean,
): Promise<LogPage> {
  const tryNumber = params.task_try_number;
  const attemptId = await attemptOfTry(server, instance, tryNumber);
  const from = query.token === undefined ? 0 : readToken(query.token);
  const ended = !mayStillWrite(instance, tryNumber);
  if (attemptId === undefined)
    return {
      text: `Try ${String(tryNumber)} of ${params.task_id} never reached a worker: there is no log.\n`,
      nextOffset: from,
      complete: true,
    };
  let lines = await readLogLines(server, attemptId, from, ended);
  const parts = lines.lines.map(logText);
  while (whole && lines.lines.length > 0 && parts.length < 200_000) {
    lines = await readLogLines(server, attemptId, lines.nextOffset, ended);
    parts.push(...lines.lines.map(logText));
  }
  if (parts.length === 0 && from === 0 && ended)
    parts.push(`${params.task_id} was completed without a worker: nothing was logged.\n`);
  return { text: parts.join(""), nextOffset: lines.nextOffset, complete: lines.complete };
}

async function answerLog(call: Call<InstancePlace & { task_try_number: number }, LogQuery, unknown>): Promise<Answer> {
  const { query, headers, params } = call;
  // Airflow 2 prefers text where the caller takes both alike, and sends JSON to whoever takes neither.
  const asText = acceptedType(headers.accept, ["text/plain", "application/json"]) === "text/plain";
  const instance = await taskInstanceOf(call, params, query.map_index, {
    title: "TaskInstance not found",
    detail: null,
  });
  const page = await readPage(call, instance, asText || query.full_content);
  const host = instance.hostname;
  if (asText) return ok(`${host}\n${page.text}`, { type: "text/plain" });
  return ok({ content: `[(${pythonText(host)}, ${pythonText(page.text)})]`, continuation_token: writeToken(page) });
}

/** Reading logs. */
export const logOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{task_try_number}",
    operationId: "get_log",
    summary: "The log of a try, as text or as JSON with a continuation token",
    action: "log.read",
    params: { ...instancePath, task_try_number: integer({ minimum: 0 }) },
    query: {
      full_content: withDefault(flag(), false),
      map_index: withDefault(integer(), NOT_MAPPED),
      token: optional(text()),
    },
    produces: ["text/plain"],
    handle: answerLog,
  }),
];
