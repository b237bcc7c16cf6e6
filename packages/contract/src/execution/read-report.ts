import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { parseInstant } from "../time.ts";
import type { AttemptOutcome } from "./attempt.ts";
import type { AttemptRequest } from "./messages.ts";
import type { SerializedTrigger } from "./trigger.ts";

const isText = (value: JsonValue | undefined): boolean => typeof value === "string";
const isSeconds = (value: JsonValue | undefined): boolean =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;
const isOptional = (value: JsonValue | undefined, check: (value: JsonValue | undefined) => boolean): boolean =>
  value === undefined || check(value);

type Check = (request: JsonObject) => boolean;
const isTexts = (value: JsonValue | undefined): boolean => Array.isArray(value) && value.every(isText);
const isCount = (value: JsonValue | undefined): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isIndex = (value: JsonValue | undefined): boolean => Number.isInteger(value);
const isMoment = (value: JsonValue | undefined): boolean =>
  typeof value === "string" && parseInstant(value) !== undefined;
const isMoments = (value: JsonValue | undefined): boolean => Array.isArray(value) && value.every(isMoment);

function isError(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value)) return false;
  const { kind, name, message, stack } = value;
  return [kind, name, message].every(isText) && (stack === null || isText(stack));
}

const TRIGGERS = {
  moment: ({ moment }) => isMoment(moment),
  dag_run: ({ dagId, runId, states }) => isText(dagId) && isText(runId) && isTexts(states),
  task_instances: (trigger) =>
    isText(trigger.dagId) &&
    isMoments(trigger.logicalDates) &&
    (trigger.taskIds === null || isTexts(trigger.taskIds)) &&
    (trigger.taskGroupId === null || isText(trigger.taskGroupId)) &&
    [trigger.runIds, trigger.allowedStates, trigger.failedStates, trigger.skippedStates].every(isTexts),
  human: ({ request }) =>
    isJsonObject(request) &&
    isText(request.subject) &&
    isTexts(request.options) &&
    (request.defaults === null || isTexts(request.defaults)) &&
    isJsonObject(request.params) &&
    Array.isArray(request.assignedUsers),
} as const satisfies Readonly<Record<SerializedTrigger["kind"], Check>>;

function isTrigger(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value) || typeof value.kind !== "string" || !Object.hasOwn(TRIGGERS, value.kind)) return false;
  const check: Check = TRIGGERS[value.kind as SerializedTrigger["kind"]];
  return check(value);
}

function isAssetEvent(value: JsonValue): boolean {
  return isJsonObject(value) && isJsonObject(value.asset) && isText(value.asset.name) && isJsonObject(value.extra);
}

/** An XCom that is not in its row. */
function isElsewhere(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value)) return false;
  const { kind, address, bytes, length } = value;
  if (length !== null && !isCount(length)) return false;
  return kind === "object" ? isText(address) && isCount(bytes) : kind === "encoded" && value.value !== undefined;
}

function isSkip(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value)) return false;
  const { kind, follow, respectTriggerRules } = value;
  if (kind === "branch") return Array.isArray(follow) && follow.every(isText);
  return kind === "short_circuit" && typeof respectTriggerRules === "boolean";
}

/**
 * Reads how an attempt ended from what a worker sent: what decisions rest on is checked, the rest is taken as it is. Undefined where it is no outcome.
 */
export function readOutcome(value: JsonValue): AttemptOutcome | undefined {
  if (!isJsonObject(value) || !isOptional(value.renderedMapIndex, isText)) return undefined;
  const isRight = ((): boolean => {
    switch (value.state) {
      case "success":
        return (
          isOptional(value.skip, isSkip) &&
          isOptional(value.returnElsewhere, isElsewhere) &&
          isOptional(value.assetEvents, (events) => Array.isArray(events) && events.every(isAssetEvent))
        );
      case "skipped":
        return isText(value.reason);
      case "failed":
        return (
          isError(value.error) && typeof value.mayRetry === "boolean" && isOptional(value.retryAfterSeconds, isSeconds)
        );
      case "deferred":
        return isTrigger(value.trigger) && (value.timeoutSeconds === null || isSeconds(value.timeoutSeconds));
      case "rescheduled":
        return isSeconds(value.afterSeconds);
      default:
        return false;
    }
  })();
  return isRight ? (value as unknown as AttemptOutcome) : undefined;
}

const isRunChoice: Check = ({ dagId, logicalDates, runIds, taskIds, states, taskGroupId, mapIndex }) =>
  isText(dagId) &&
  isOptional(logicalDates, isMoments) &&
  [runIds, taskIds, states].every((each) => isOptional(each, isTexts)) &&
  isOptional(taskGroupId, isText) &&
  isOptional(mapIndex, isIndex);
const isAsset: Check = ({ name, uri, key }) => [name, uri, key].every(isText);

/** For each request what its answer rests on. */
const REQUESTS = {
  getConnection: ({ connectionId }) => isText(connectionId),
  getVariable: ({ key }) => isText(key),
  getXcom: ({ taskId, key, mapIndex, runId }) =>
    isText(taskId) && isText(key) && isOptional(mapIndex, isIndex) && isOptional(runId, isText),
  getXcomSlice: ({ taskId, key, runId, offset, limit }) =>
    isText(taskId) && isText(key) && isOptional(runId, isText) && isCount(offset) && isCount(limit),
  countXcoms: ({ taskId, key, runId }) => isText(taskId) && isText(key) && isOptional(runId, isText),
  setXcom: ({ key, value, elsewhere }) => isText(key) && value !== undefined && isOptional(elsewhere, isElsewhere),
  placeXcom: ({ key }) => isText(key),
  triggerDagRun: ({ call, dagId, runId, logicalDate, runAfter, conf, note }) =>
    isIndex(call) &&
    isText(dagId) &&
    isOptional(runId, isText) &&
    (logicalDate === null || isOptional(logicalDate, isMoment)) &&
    isOptional(runAfter, isMoment) &&
    isOptional(conf, isJsonObject) &&
    isOptional(note, isText),
  getDag: ({ dagId }) => isText(dagId),
  getDagRun: ({ dagId, runId }) => isText(dagId) && isText(runId),
  getPreviousDagRun: ({ dagId, logicalDate, state }) =>
    isText(dagId) && isMoment(logicalDate) && isOptional(state, isText),
  countDagRuns: isRunChoice,
  countTaskInstances: isRunChoice,
  getTaskStates: isRunChoice,
  getTriggeringAssetEvents: () => true,
  getInletEvents: ({ of, after, before, limit }) =>
    isJsonObject(of) &&
    isText(of.name) &&
    isOptional(after, isMoment) &&
    isOptional(before, isMoment) &&
    isOptional(limit, isIndex),
  getAssetState: isAsset,
  setAssetState: (request) => isAsset(request) && request.value !== undefined,
} as const satisfies Readonly<Record<AttemptRequest["kind"], Check>>;

/** Reads what an attempt asks. Undefined where it is nothing that one may ask. */
export function readAttemptRequest(value: JsonValue): AttemptRequest | undefined {
  if (!isJsonObject(value) || typeof value.kind !== "string" || !Object.hasOwn(REQUESTS, value.kind)) return undefined;
  const check: Check = REQUESTS[value.kind as AttemptRequest["kind"]];
  return check(value) ? (value as unknown as AttemptRequest) : undefined;
}
