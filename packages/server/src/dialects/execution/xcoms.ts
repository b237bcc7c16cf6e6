import { type JsonValue, refusal, RefusalError, RETURN_VALUE_KEY } from "@windlass/contract";
import { deleteXcomOfAttempt, readXCom, setXcomOfAttempt, tokenOver } from "@windlass/core/actions";
import { listXcomsOfTask } from "@windlass/core/queries";
import type { Answer } from "../../answer.ts";
import { ok } from "../../answer.ts";
import { anything, flag, integer, optional, text, withDefault } from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { notFound, wrongField } from "./not-found.ts";
import { type CallingAttempt, defineExecution } from "./operation.ts";
import { pythonSlice } from "./python-slice.ts";

const taskPath = { dag_id: text(), run_id: text(), task_id: text() };
const xcomPath = { ...taskPath, key: text() };

interface XcomParams {
  readonly dag_id: string;
  readonly run_id: string;
  readonly task_id: string;
  readonly key: string;
}

/** A task reads what its own Dag left. @throws RefusalError */
function mayRead(attempt: CallingAttempt, { dag_id: dagId }: XcomParams): void {
  if (dagId !== attempt.dagId) throw beyond(attempt, `read XComs of the Dag ${dagId}`);
}

/** A task writes what is its own. @throws RefusalError */
function mayWrite(attempt: CallingAttempt, { dag_id, run_id, task_id }: XcomParams, mapIndex: number): void {
  const isOwn =
    dag_id === attempt.dagId && run_id === attempt.runId && task_id === attempt.taskId && mapIndex === attempt.mapIndex;
  if (!isOwn) throw beyond(attempt, "change XComs of other task instances");
}

function beyond({ dagId, taskId }: CallingAttempt, does: string): RefusalError {
  const v2 = { reason: "access_denied", message: `Task does not have access: it may not ${does}` };
  return new RefusalError(
    refusal("execution.beyond_attempt", { dag_id: dagId, task_id: taskId, does }, { airflow: { v2 } }),
  );
}

async function allOf(server: Server, params: XcomParams, includePriorDates = false) {
  const { dag_id: dagId, run_id: runId, task_id: taskId, key } = params;
  return listXcomsOfTask(server.actions.database, { dagId, runId, taskId, key, includePriorDates });
}

function missing({ dag_id, run_id, task_id, key }: XcomParams, which: string): RefusalError {
  const message = `XCom with key='${key}' ${which} not found for task '${task_id}' in DAG run '${run_id}' of '${dag_id}'`;
  return notFound("XCom", key, message);
}

type Found = Awaited<ReturnType<typeof allOf>>[number];

async function valueOf(server: Server, params: XcomParams, { runId, mapIndex }: Found): Promise<JsonValue> {
  const { dag_id: dagId, task_id: taskId, key } = params;
  return (await readXCom(server.actions, { dagId, runId, taskId, mapIndex, key }))?.value ?? null;
}

async function itemAt(server: Server, params: XcomParams, offset: number): Promise<Answer> {
  const found = (await allOf(server, params)).at(offset);
  if (found === undefined) throw missing(params, `offset=${String(offset)}`);
  return ok(await valueOf(server, params, found));
}

interface SliceQuery {
  readonly start?: number | undefined;
  readonly stop?: number | undefined;
  readonly step?: number | undefined;
  readonly include_prior_dates: boolean;
}

async function sliceOf(server: Server, params: XcomParams, query: SliceQuery): Promise<Answer> {
  const all = await allOf(server, params, query.include_prior_dates);
  const { start, stop, step } = query;
  const chosen = pythonSlice(all, start, stop, step === 0 ? 1 : step);
  return ok(await Promise.all(chosen.map((each) => valueOf(server, params, each))));
}

/** XComs: a task reads those of its own Dag, and writes those of its own task instance. */
export const xcomOperations = [
  defineExecution({
    method: "GET",
    path: "/xcoms/{dag_id}/{run_id}/{task_id}/{key}/item/{offset}",
    operationId: "get_mapped_xcom_by_index",
    summary: "The XCom of one instance of a mapped task, counted from either end",
    access: "running",
    params: { ...xcomPath, offset: integer() },
    async handle(call) {
      mayRead(call.attempt(), call.params);
      return itemAt(call.server, call.params, call.params.offset);
    },
  }),
  defineExecution({
    method: "GET",
    path: "/xcoms/{dag_id}/{run_id}/{task_id}/{key}/slice",
    operationId: "get_mapped_xcom_by_slice",
    summary: "The XComs of some instances of a mapped task, as Python slices",
    access: "running",
    params: xcomPath,
    query: {
      start: optional(integer()),
      stop: optional(integer()),
      step: optional(integer()),
      include_prior_dates: withDefault(flag(), false),
    },
    async handle(call) {
      mayRead(call.attempt(), call.params);
      return sliceOf(call.server, call.params, call.query);
    },
  }),
  defineExecution({
    method: "HEAD",
    path: "/xcoms/{dag_id}/{run_id}/{task_id}/{key:path}",
    operationId: "head_xcom",
    summary: "How many instances of a mapped task have left an XCom, in Content-Range",
    access: "running",
    params: xcomPath,
    query: { map_index: optional(integer()) },
    async handle(call) {
      mayRead(call.attempt(), call.params);
      if (call.query.map_index !== undefined)
        throw wrongField(
          "map_index",
          "query",
          "Cannot specify map_index in a HEAD request",
          "no map_index",
          "invalid_request",
        );
      const all = await allOf(call.server, call.params);
      return { status: 200, body: null, headers: { "content-range": `map_indexes ${String(all.length)}` } };
    },
  }),
  defineExecution({
    method: "GET",
    path: "/xcoms/{dag_id}/{run_id}/{task_id}/{key:path}",
    operationId: "get_xcom",
    summary: "An XCom of the own Dag",
    access: "running",
    params: xcomPath,
    query: {
      map_index: withDefault(integer(), -1),
      include_prior_dates: withDefault(flag(), false),
      offset: optional(integer()),
    },
    async handle(call) {
      const { server, params, query } = call;
      mayRead(call.attempt(), params);
      const all = await allOf(server, params, query.include_prior_dates);
      const { offset } = query;
      const found =
        offset === undefined
          ? all.find(({ mapIndex }) => mapIndex === query.map_index)
          : all.filter(({ isNull }) => !isNull).at(offset);
      if (!found)
        throw missing(
          params,
          offset === undefined ? `map_index=${String(query.map_index)}` : `offset=${String(offset)}`,
        );
      return ok({ key: params.key, value: await valueOf(server, params, found) });
    },
  }),
  defineExecution({
    method: "POST",
    path: "/xcoms/{dag_id}/{run_id}/{task_id}/{key:path}",
    operationId: "set_xcom",
    summary: "Leaves an XCom of the own task instance",
    access: "running",
    params: xcomPath,
    query: {
      map_index: withDefault(integer(), -1),
      dag_result: withDefault(flag(), false),
      mapped_length: optional(integer({ minimum: 0 })),
    },
    body: anything(),
    async handle(call) {
      const { server, params, query, body } = call;
      const attempt = call.attempt();
      mayWrite(attempt, params, query.map_index);
      const { config, database } = server.actions;
      checkSize(body, config.core.max_xcom_bytes);
      if (query.mapped_length !== undefined && query.mapped_length > config.core.max_map_length) {
        const problem = "pushed value is too large to map as a downstream's dependency";
        const expected = `at most ${String(config.core.max_map_length)}`;
        throw wrongField("mapped_length", "query", problem, expected, "unmappable_return_value_length");
      }
      if (!(await setXcomOfAttempt(database, attempt.attemptId, params.key, { kind: "value", value: body })))
        throw new RefusalError(tokenOver(attempt.attemptId));
      return ok({ message: "XCom successfully set" }, { status: 201 });
    },
  }),
  defineExecution({
    method: "DELETE",
    path: "/xcoms/{dag_id}/{run_id}/{task_id}/{key:path}",
    operationId: "delete_xcom",
    summary: "Removes an XCom of the own task instance",
    access: "running",
    params: xcomPath,
    query: { map_index: withDefault(integer(), -1) },
    async handle(call) {
      const { server, params, query } = call;
      const attempt = call.attempt();
      mayWrite(attempt, params, query.map_index);
      await deleteXcomOfAttempt(server.actions.database, attempt.attemptId, params.key);
      return ok({ message: `XCom with key: ${params.key} successfully deleted.` });
    },
  }),
];

function checkSize(value: JsonValue, limit: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > limit)
    throw wrongField(
      RETURN_VALUE_KEY,
      "body",
      `it has ${String(bytes)} bytes.`,
      `at most ${String(limit)}`,
      "invalid_format",
    );
}
