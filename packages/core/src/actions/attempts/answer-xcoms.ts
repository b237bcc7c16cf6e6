import {
  type AttemptRequest,
  type AttemptResponse,
  type KeptXcom,
  NOT_MAPPED,
  refusal,
  type XcomPlace,
} from "@windlass/contract";
import type { Database } from "../../database/sql.ts";
import {
  countXcoms,
  loadLatestXcom,
  loadXcomOfRun,
  loadXcoms,
  setXcomOfAttempt,
  sliceXcoms,
  type XcomContent,
} from "../../store/xcom.ts";
import { insertXcomObject } from "../../store/xcom-object-rows.ts";
import { openXcom } from "../../store/xcom-objects/open-xcom.ts";
import type { XcomObjects } from "../../store/xcom-objects/xcom-objects.ts";
import type { HeldAttempt } from "./answer-attempt.ts";

/** What an attempt asks about XComs. */
export type XcomRequest = Extract<
  AttemptRequest,
  { kind: "getXcom" | "getXcomSlice" | "countXcoms" | "setXcom" | "placeXcom" }
>;

/** Most XComs that one answer holds. */
const MOST = 1_000;

/** What these answers are made from. */
export interface XcomAnswers {
  readonly database: Database;
  readonly objects: XcomObjects | undefined;
}

async function find(
  database: Database,
  held: HeldAttempt,
  { taskId, key, mapIndex = NOT_MAPPED, runId, includePriorDates }: Extract<XcomRequest, { kind: "getXcom" }>,
): Promise<XcomContent | undefined> {
  const address = { dagRunId: held.dagRunId, taskId, mapIndex, key };
  if (runId !== undefined && runId !== held.runId) return loadXcomOfRun(database, held.dagId, runId, address);
  if (includePriorDates === true) return loadLatestXcom(database, address);
  return (await loadXcoms(database, [address]))[0]?.content;
}

async function place(
  { database, objects }: XcomAnswers,
  attemptId: string,
  { dagId, runId, taskId }: HeldAttempt,
  key: string,
): Promise<XcomPlace | undefined> {
  if (objects === undefined) return undefined;
  const address = objects.newAddress({ dagId, runId, taskId, key });
  // First the row, then the object: what is written is always found again.
  return (await insertXcomObject(database, address, attemptId)) ? objects.openToWrite(address) : undefined;
}

/** Answers about XComs: those of the attempt's own Dag to read, its own task instance's to write. */
export async function answerXcoms(
  answers: XcomAnswers,
  attemptId: string,
  held: HeldAttempt,
  request: XcomRequest,
): Promise<AttemptResponse> {
  const { database, objects } = answers;
  if (held.isCallback === true && (request.kind === "setXcom" || request.kind === "placeXcom"))
    return { kind: "refused", refusal: refusal("execution.callback_leaves_nothing", {}) };
  switch (request.kind) {
    case "getXcom": {
      const content = await find(database, held, request);
      const kept: KeptXcom = content ? await openXcom(objects, content) : { kind: "value", value: null };
      return { kind: "xcom", found: content !== undefined, kept };
    }
    case "getXcomSlice": {
      const { runId = held.runId, offset, limit } = request;
      const rows = await sliceXcoms(
        database,
        { ...request, dagId: held.dagId, runId },
        Math.max(0, offset),
        Math.min(Math.max(0, limit), MOST),
      );
      return { kind: "xcoms", kept: await Promise.all(rows.map((each) => openXcom(objects, each))) };
    }
    case "countXcoms": {
      const { runId = held.runId } = request;
      return { kind: "count", value: await countXcoms(database, { ...request, dagId: held.dagId, runId }) };
    }
    case "setXcom": {
      const content: XcomContent = request.elsewhere ?? { kind: "value", value: request.value };
      return (await setXcomOfAttempt(database, attemptId, request.key, content))
        ? { kind: "done" }
        : noPermission(attemptId);
    }
    case "placeXcom": {
      const found = await place(answers, attemptId, held, request.key);
      return found === undefined ? noPermission(attemptId) : { kind: "xcomPlace", place: found };
    }
  }
}

function noPermission(attemptId: string): AttemptResponse {
  return { kind: "refused", refusal: refusal("execution.no_permission", { attempt_id: attemptId }) };
}
