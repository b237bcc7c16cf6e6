import { refusal, type AttemptRequest, type AttemptResponse, type ConnectionValue } from "@windlass/contract";
import type { Database } from "../../database/sql.ts";
import { findActiveAssetId, loadAssetState, storeAssetState } from "../../store/assets/asset-state.ts";
import { loadInletEvents, loadTriggeringEvents } from "../../store/assets/attempt-asset-events.ts";
import type { XcomObjects } from "../../store/xcom-objects/xcom-objects.ts";
import { withPatience } from "../../database/patience.ts";
import type { ActionContext } from "../context.ts";
import { answerBetweenDags } from "./answer-between-dags.ts";
import { answerXcoms } from "./answer-xcoms.ts";

/** What is known of an attempt that may ask. */
export interface HeldAttempt {
  readonly dagRunId: number;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  /** Not the task's handler: it reads, and leaves nothing. */
  readonly isCallback?: boolean;
}

/** What user code may ask for by name, decrypted; null where it does not exist. */
export interface SecretSource {
  getConnection(connectionId: string): Promise<ConnectionValue | null>;
  getVariable(key: string): Promise<string | null>;
}

/** What answers are made from. */
export interface AttemptRequestsOptions {
  readonly database: Database;
  readonly secrets: SecretSource;
  readonly actions?: (() => ActionContext) | undefined;
  /** Where XComs are kept that are too large for the database. */
  readonly xcomObjects?: XcomObjects | undefined;
  readonly held: (attemptId: string) => HeldAttempt | undefined;
  readonly onProblem: (error: unknown) => void;
}

/**
 * Answers what an attempt asks while it runs. Whatever it may ask is bound to the attempt: its own run's XComs unless another run of the same Dag is
 * named, its own task instance for writing. Never rejects.
 */
export async function answerAttempt(
  options: AttemptRequestsOptions,
  attemptId: string,
  request: AttemptRequest,
): Promise<AttemptResponse> {
  const held = options.held(attemptId);
  if (!held) return noPermission(attemptId);
  try {
    return await withPatience(
      () => answer(options, attemptId, held, request),
      () => options.held(attemptId) !== undefined,
    );
  } catch (error) {
    options.onProblem(error);
    return { kind: "refused", refusal: refusal("execution.not_answered", { request: request.kind }) };
  }
}

async function answer(
  { database, secrets, actions, xcomObjects }: AttemptRequestsOptions,
  attemptId: string,
  held: HeldAttempt,
  request: AttemptRequest,
): Promise<AttemptResponse> {
  switch (request.kind) {
    case "getConnection":
      return { kind: "connection", value: await secrets.getConnection(request.connectionId) };
    case "getVariable":
      return { kind: "variable", value: await secrets.getVariable(request.key) };
    case "getXcom":
    case "getXcomSlice":
    case "countXcoms":
    case "setXcom":
    case "placeXcom":
      return answerXcoms({ database, objects: xcomObjects }, attemptId, held, request);
    case "getTriggeringAssetEvents":
      return { kind: "assetEvents", events: await loadTriggeringEvents(database, held.dagRunId) };
    case "getInletEvents":
      return { kind: "assetEvents", events: await loadInletEvents(database, request) };
    case "getAssetState": {
      const found = await loadAssetState(database, request, request.key);
      return { kind: "assetState", found: found !== undefined, value: found?.value ?? null };
    }
    case "setAssetState":
      return setAssetState(database, held, request);
    default:
      return answerBetweenDags({ database, actions }, attemptId, request);
  }
}

async function setAssetState(
  database: Database,
  { dagId, runId, taskId, mapIndex }: HeldAttempt,
  request: Extract<AttemptRequest, { readonly kind: "setAssetState" }>,
): Promise<AttemptResponse> {
  const assetId = await findActiveAssetId(database, request);
  if (assetId === undefined) {
    return { kind: "refused", refusal: refusal("object.unknown", { kind: "asset", name: request.name, near: "" }) };
  }
  await storeAssetState(database, assetId, request.key, request.value, {
    kind: "task",
    dagId,
    runId,
    taskId,
    mapIndex,
  });
  return { kind: "done" };
}

function noPermission(attemptId: string): AttemptResponse {
  return { kind: "refused", refusal: refusal("execution.no_permission", { attempt_id: attemptId }) };
}
