import {
  type AttemptOutcome,
  type EmittedAssetEvent,
  type HumanRequest,
  type Instant,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseInstant,
  refusal,
  RefusalError,
  secondsBetween,
} from "@windlass/contract";

/** A report in Airflow's words, as an outcome. */
export interface StateReport {
  readonly outcome: AttemptOutcome;
  /** Of one that begins to wait: what the client wants to be called with afterwards. */
  readonly continuation?: { readonly nextMethod: string; readonly nextKwargs: JsonValue };
}

const DATE_TIME_TRIGGER = /(^|\.)DateTimeTrigger$/;
const TIME_DELTA_TRIGGER = /(^|\.)TimeDeltaTrigger$/;
const DURATION = /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const LONGEST_REASON = 500;

/** What the client left before its report. */
export interface LeftBefore {
  /** The XCom that what a success says about mappings rests on. */
  readonly returnValue: JsonValue | undefined;
  /** What a person is to be asked. */
  readonly question: HumanRequest | undefined;
}

/**
 * Reads the body of `PATCH /task-instances/{id}/state`.
 * @throws RefusalError where the body is no report
 */
export function readStateReport(body: JsonObject, now: Instant, { returnValue, question }: LeftBefore): StateReport {
  const named = typeof body.rendered_map_index === "string" ? { renderedMapIndex: body.rendered_map_index } : {};
  switch (body.state) {
    case "success":
      return {
        outcome: {
          state: "success",
          ...(returnValue !== undefined && { returnValue }),
          ...assetEventsOf(body),
          ...named,
        },
      };
    case "skipped":
      return { outcome: { state: "skipped", reason: "The worker reported it as skipped.", ...named } };
    case "failed":
    case "removed":
    case "upstream_failed":
      return { outcome: { ...failure(body.state, null), mayRetry: false, ...named } };
    case "up_for_retry": {
      const delay = body.retry_delay_seconds;
      const after = typeof delay === "number" ? { retryAfterSeconds: Math.max(0, delay) } : {};
      const reason = typeof body.retry_reason === "string" ? body.retry_reason.slice(0, LONGEST_REASON) : null;
      return { outcome: { ...failure("up_for_retry", reason), mayRetry: true, ...after, ...named } };
    }
    case "up_for_reschedule": {
      const at = momentIn(body, "reschedule_date");
      return { outcome: { state: "rescheduled", afterSeconds: Math.max(0, secondsBetween(now, at)) } };
    }
    case "deferred":
      return deferral(body, now, named);
    case "awaiting_input":
      return awaitingInput(body, question, named);
    default:
      throw wrong("state", `it is ${JSON.stringify(body.state ?? null)}.`, "a state that an attempt may report");
  }
}

/** What the client says of the events of its outlets, in Airflow's words. */
function assetEventsOf({ outlet_events: events }: JsonObject): { readonly assetEvents?: readonly EmittedAssetEvent[] } {
  if (!Array.isArray(events)) return {};
  const assetEvents = (events as readonly JsonValue[]).flatMap((event): EmittedAssetEvent[] => {
    if (!isJsonObject(event) || !isJsonObject(event.dest_asset_key)) return [];
    const { name, uri } = event.dest_asset_key;
    if (typeof name !== "string" || typeof uri !== "string") return [];
    const { source_alias_name: alias, partition_key: partitionKey } = event;
    const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
    return [
      {
        asset: { name, uri, group: "asset", extra: object(event.dest_asset_extra) },
        extra: object(event.extra),
        ...(typeof alias === "string" && { alias }),
        ...(typeof partitionKey === "string" && { partitionKey }),
      },
    ];
  });
  return assetEvents.length === 0 ? {} : { assetEvents };
}

function awaitingInput(
  body: JsonObject,
  request: HumanRequest | undefined,
  named: { readonly renderedMapIndex?: string },
): StateReport {
  const { next_method: nextMethod, next_kwargs: nextKwargs = {}, timeout } = body;
  if (typeof nextMethod !== "string") throw wrong("next_method", "it is missing or no text.", "the name of a method");
  if (!request) throw wrong("state", "nobody has been asked anything.", "a question by POST /hitlDetails before");
  const timeoutSeconds = typeof timeout === "string" ? secondsOf(timeout) : null;
  return {
    outcome: { state: "deferred", trigger: { kind: "human", request }, timeoutSeconds, ...named },
    continuation: { nextMethod, nextKwargs },
  };
}

function failure(
  state: string,
  reason: string | null,
): Pick<Extract<AttemptOutcome, { state: "failed" }>, "state" | "error"> {
  const message = reason ?? `The worker reported the state ${state}; the attempt's log has the cause.`;
  return { state: "failed", error: { kind: "error", name: "TaskFailed", message, stack: null } };
}

function deferral(body: JsonObject, now: Instant, named: { readonly renderedMapIndex?: string }): StateReport {
  const { classpath, next_method: nextMethod, next_kwargs: nextKwargs = {} } = body;
  if (typeof classpath !== "string") throw wrong("classpath", "it is missing or no text.", "the class of a trigger");
  if (typeof nextMethod !== "string") throw wrong("next_method", "it is missing or no text.", "the name of a method");
  const moment = momentOfTrigger(classpath, isJsonObject(body.trigger_kwargs) ? body.trigger_kwargs : {}, now);
  if (moment === undefined)
    throw new RefusalError(refusal("execution.trigger_unknown", { classpath }, { pointer: "/classpath" }));
  const timeoutSeconds = typeof body.trigger_timeout === "string" ? secondsOf(body.trigger_timeout) : null;
  return {
    outcome: { state: "deferred", trigger: { kind: "moment", moment }, timeoutSeconds, ...named },
    continuation: { nextMethod, nextKwargs },
  };
}

/** The moment that one of Airflow's own triggers of time waits for. */
function momentOfTrigger(classpath: string, kwargs: JsonObject, now: Instant): Instant | undefined {
  // Airflow's serialization wraps values that JSON has no type for.
  const plain = (value: JsonValue | undefined): JsonValue | undefined =>
    isJsonObject(value) && value.__var !== undefined ? value.__var : value;
  const given = isJsonObject(plain(kwargs)) ? (plain(kwargs) as JsonObject) : kwargs;
  if (DATE_TIME_TRIGGER.test(classpath)) {
    const moment = plain(given.moment);
    if (typeof moment === "number") return parseInstant(new Date(moment * 1000).toISOString());
    return typeof moment === "string" ? parseInstant(moment) : undefined;
  }
  if (!TIME_DELTA_TRIGGER.test(classpath)) return undefined;
  const delta = plain(given.delta);
  const seconds = typeof delta === "number" ? delta : typeof delta === "string" ? secondsOf(delta) : undefined;
  return seconds === undefined ? undefined : parseInstant(new Date(Date.parse(now) + seconds * 1000).toISOString());
}

/** Seconds of an ISO 8601 duration. @throws RefusalError */
function secondsOf(text: string): number {
  const found = DURATION.exec(text);
  if (!found) throw wrong("trigger_timeout", `it is "${text}".`, "a duration such as PT1H");
  const [days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return (days ?? 0) * 86_400 + (hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}

function momentIn(body: JsonObject, name: string): Instant {
  const value = body[name];
  const moment = typeof value === "string" ? parseInstant(value) : undefined;
  if (moment === undefined)
    throw wrong(name, "it is missing or no moment with a zone.", "such as 2026-01-31T10:00:00Z");
  return moment;
}

function wrong(name: string, problem: string, expected: string): RefusalError {
  return new RefusalError(
    refusal("request.field_wrong", { name, part: "body", problem, expected }, { pointer: `/${name}` }),
  );
}
