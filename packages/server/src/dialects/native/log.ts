import { authorize } from "@windlass/contract";
import { findTaskInstance, type TaskInstanceRow } from "@windlass/core/queries";
import type { Answer } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { flag, integer, optional, withDefault } from "../../request/field.ts";
import { callerNow } from "./caller-now.ts";
import { logBytes, tailOffset, wholeLines } from "./log-bytes.ts";
import { type LogTarget, logTarget } from "./log-target.ts";
import { instancePath, mapIndexQuery, taskInstanceOf } from "./task-instance-of.ts";

const NDJSON = "application/x-ndjson";
const MOST_BYTES = 16_777_216;
const LOOK_MS = 1000;
const IDENTIFY_EVERY = 15;

type LogCall = Pick<Call<unknown, unknown, unknown>, "server" | "headers" | "request" | "signal">;

/** Everything from an offset on, until the attempt is over, the caller is gone, or may no longer read it. */
async function* followed(
  call: LogCall,
  instance: TaskInstanceRow,
  first: LogTarget,
  from: number,
): AsyncGenerator<Uint8Array> {
  const { server, signal } = call;
  let target = first;
  let offset = from;
  for (let look = 1; !signal.aborted; look += 1) {
    if (target.attemptId !== undefined) offset = yield* logBytes(server.logs, target.attemptId, offset, Infinity);
    if (target.ended) return;
    await server.logs.grown(target.attemptId ?? instance.attemptId, offset, LOOK_MS, signal);
    const now = await findTaskInstance(
      server.actions.database,
      instance.dagId,
      instance.runId,
      instance.taskId,
      instance.mapIndex,
    );
    if (now === undefined) return;
    const next = await logTarget(server, now, target.tryNumber);
    // A try can be dispatched anew (its worker was lost before it started): that is another log, from its beginning.
    if (next.attemptId !== target.attemptId) offset = target.attemptId === undefined ? offset : 0;
    target = next;
    if (look % IDENTIFY_EVERY === 0) {
      const caller = await callerNow(call);
      if (caller === undefined || authorize(caller, "log.read", { dagId: instance.dagId }).length > 0) return;
    }
  }
}

interface LogQuery {
  readonly try_number?: number | undefined;
  readonly offset: number;
  readonly limit?: number | undefined;
  readonly follow: boolean;
  readonly tail?: number | undefined;
}

async function logAnswer(call: LogCall, instance: TaskInstanceRow, query: LogQuery): Promise<Answer> {
  const { logs } = call.server;
  const target = await logTarget(call.server, instance, query.try_number);
  const total = target.attemptId === undefined ? 0 : ((await logs.read(target.attemptId, 0, 0))?.totalBytes ?? 0);
  const begin =
    query.tail === undefined || target.attemptId === undefined
      ? query.offset
      : await tailOffset(logs, target.attemptId, query.tail);
  const from = Math.min(begin, total);
  const headers = (nextOffset: number): Record<string, string> => ({
    "x-try-number": String(target.tryNumber),
    "x-offset": String(from),
    "x-next-offset": String(nextOffset),
    "x-total-bytes": String(total),
    "x-log-complete": String(target.ended),
    "x-accel-buffering": "no",
  });
  if (query.follow && !target.ended)
    return { status: 200, type: NDJSON, headers: headers(from), stream: followed(call, instance, target, from) };
  if (target.attemptId === undefined) return { status: 200, type: NDJSON, headers: headers(from), body: "" };
  if (query.limit === undefined)
    return {
      status: 200,
      type: NDJSON,
      headers: headers(total),
      stream: logBytes(logs, target.attemptId, from, total),
    };
  const part = await logs.read(target.attemptId, from, query.limit);
  const bytes = part === undefined ? new Uint8Array() : wholeLines(part.bytes);
  return { status: 200, type: NDJSON, headers: headers(from + bytes.length), body: bytes };
}

/** Logs by bytes: ranges, the last lines, and what is written while one looks. */
export const logOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/runs/{run_id}/task-instances/{task_id}/log",
    operationId: "read_log",
    summary: "The log of a try as raw lines of JSON: a range, the last lines, or followed until the attempt has ended",
    action: "log.read",
    params: instancePath,
    query: {
      ...mapIndexQuery,
      try_number: optional(integer({ minimum: 1 })),
      offset: withDefault(integer({ minimum: 0 }), 0),
      limit: optional(integer({ minimum: 1, maximum: MOST_BYTES })),
      follow: withDefault(flag(), false),
      tail: optional(integer({ minimum: 1, maximum: 100_000 })),
    },
    produces: [NDJSON],
    async handle(call) {
      return logAnswer(call, await taskInstanceOf(call, call.params, call.query.map_index), call.query);
    },
  }),
];
