import {
  ALERT_EVENTS,
  type AlertEvent,
  type DeadlineReference,
  type Instant,
  type SerializedAlert,
  type SerializedAlertTarget,
  type SerializedDag,
  type SerializedDeadline,
} from "@windlass/contract";
import { CALLBACK_OPTIONS, callbackList } from "../authoring/callbacks.ts";
import type { CallSite } from "../authoring/call-site.ts";
import { readDate } from "./dates.ts";
import { durationSeconds } from "../authoring/duration.ts";
import { OptionReader } from "./option-reader.ts";
import { nameValue, type Problems } from "./problems.ts";

/** The counts of functions of each kind; undefined where there are none. What is no function is noted. */
export function readCallbacks<K extends keyof typeof CALLBACK_OPTIONS>(
  options: object,
  kinds: readonly K[],
  reader: OptionReader,
): { readonly [Kind in K]?: number } | undefined {
  const given = options as Readonly<Record<string, unknown>>;
  const found = kinds.flatMap((kind) => {
    const option = CALLBACK_OPTIONS[kind];
    const functions = callbackList(given[option]);
    if (!functions.every((each) => typeof each === "function"))
      reader.refuse(option, "a function, or a list of functions");
    return functions.length === 0 ? [] : [[kind, functions.length] as const];
  });
  return found.length === 0 ? undefined : (Object.fromEntries(found) as { readonly [Kind in K]?: number });
}

const TARGET_OPTIONS = {
  webhook: ["url", "connection", "on"],
  slack: ["url", "connection", "channel", "on"],
  email: ["connection", "to", "from", "on"],
} as const;
const USUAL: readonly AlertEvent[] = ["failure", "deadline"];

interface Place {
  readonly where: string;
  readonly site: CallSite;
  readonly problems: Problems;
  readonly timezone: string;
}

function refuse({ where, site, problems }: Place, option: string, actual: unknown, expected: string): void {
  problems.add("dag_file.bad_option", { where, option, actual: nameValue(actual), expected }, site);
}

function isWebAddress(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  // Credentials in an address would be shown wherever the Dag is.
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function readAlert(alert: unknown, option: string, place: Place): SerializedAlert | undefined {
  const { kind, options } = (typeof alert === "object" && alert !== null ? alert : {}) as {
    readonly kind?: keyof typeof TARGET_OPTIONS;
    readonly options?: Readonly<Record<string, unknown>>;
  };
  const known = kind === undefined ? undefined : TARGET_OPTIONS[kind];
  if (kind === undefined || known === undefined || typeof options !== "object" || options === null) {
    refuse(place, option, alert, "webhook(…), slack(…) or email(…), or a list of them");
    return undefined;
  }
  const where = `${kind} of ${place.where}`;
  const reader = new OptionReader(options, where, place.site, place.problems);
  reader.refuseUnknown(known);
  const on = options["on"] === undefined ? USUAL : Array.isArray(options["on"]) ? options["on"] : [options["on"]];
  if (on.length === 0 || !on.every((each) => ALERT_EVENTS.includes(each as AlertEvent)))
    reader.refuse("on", `some of ${ALERT_EVENTS.map((each) => `"${each}"`).join(", ")}`);
  const target = readTarget(kind, options, reader, { ...place, where });
  return { on: [...new Set(on as readonly AlertEvent[])], target };
}

function readTarget(
  kind: keyof typeof TARGET_OPTIONS,
  options: Readonly<Record<string, unknown>>,
  reader: OptionReader,
  { where, site, problems }: Place,
): SerializedAlertTarget {
  if (kind === "email") {
    reader.required("connection");
    const given = options["to"];
    const to: readonly unknown[] = Array.isArray(given) ? given : [given];
    const isAddress = (value: unknown): boolean => isText(value) && /^[^\s@,;<>]+@[^\s@,;<>]+$/.test(value);
    if (to.length === 0 || !to.every(isAddress)) reader.refuse("to", "an e-mail address, or a list of them");
    return { kind, connection: String(options["connection"]), to: to.map(String), from: reader.text("from") };
  }
  const { url, connection } = options;
  if ((url === undefined) === (connection === undefined)) reader.refuse("url", "either url or connection");
  if (url !== undefined && !isWebAddress(url)) {
    const expected = "an address of http or https without credentials in it";
    // What an author took for an address may hold a password: it is not repeated.
    const actual = typeof url === "string" ? "a text" : nameValue(url);
    problems.add("dag_file.bad_option", { where, option: "url", actual, expected }, site);
  }
  if (connection !== undefined) reader.required("connection");
  const receiver = { url: isText(url) ? url : null, connection: isText(connection) ? connection : null };
  return kind === "slack" ? { kind, ...receiver, channel: reader.text("channel") } : { kind, ...receiver };
}

function list(given: unknown): readonly unknown[] {
  return given === undefined || given === null ? [] : Array.isArray(given) ? (given as readonly unknown[]) : [given];
}

const DEADLINE_OPTIONS = ["after", "within", "name", "callback", "alert"] as const;

function readReference(after: unknown, place: Place): DeadlineReference | undefined {
  if (after === "queued") return { kind: "queued_at" };
  if (after === "logicalDate") return { kind: "logical_date" };
  if (typeof after === "object" && after !== null && "kind" in after && after.kind === "average_runtime") {
    const { maxRuns, minRuns } = after as { readonly maxRuns?: unknown; readonly minRuns?: unknown };
    const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
    if (isCount(maxRuns) && isCount(minRuns)) return { kind: "average_runtime", maxRuns, minRuns };
    return undefined;
  }
  const moment: Instant | undefined = readDate(after, place.timezone);
  return moment === undefined ? undefined : { kind: "moment", moment };
}

function readWithin(
  within: unknown,
  reader: OptionReader,
): Pick<SerializedDeadline, "intervalSeconds" | "intervalVariable"> {
  if (typeof within === "object" && within !== null && "variable" in within) {
    const { variable, ...rest } = within;
    if (typeof variable === "string" && variable !== "" && Object.keys(rest).length === 0)
      return { intervalSeconds: null, intervalVariable: variable };
    reader.refuse("within", "the name of one variable");
    return { intervalSeconds: 0 };
  }
  if (within === undefined) reader.refuse("within", 'a duration such as "1h"');
  const before = typeof within === "string" && within.startsWith("-") ? durationSeconds(within.slice(1)) : undefined;
  return { intervalSeconds: before === undefined ? reader.duration("within", 0) : -before };
}

function readDeadline(given: unknown, place: Place): SerializedDeadline | undefined {
  const { kind, options } = (typeof given === "object" && given !== null ? given : {}) as {
    readonly kind?: string;
    readonly options?: Readonly<Record<string, unknown>>;
  };
  if (kind !== "deadline" || typeof options !== "object" || options === null) {
    refuse(place, "deadlines", given, "a list of deadline(…)");
    return undefined;
  }
  const where = `a deadline of ${place.where}`;
  const inside = { ...place, where };
  const reader = new OptionReader(options, where, place.site, place.problems);
  reader.refuseUnknown(DEADLINE_OPTIONS);
  const reference = readReference(options["after"], inside);
  if (!reference) reader.refuse("after", '"queued", "logicalDate", a moment, or averageRuntime(…) of at least one run');
  const functions = callbackList(options["callback"]);
  if (!functions.every((each) => typeof each === "function"))
    reader.refuse("callback", "a function, or a list of functions");
  return {
    name: reader.text("name"),
    reference: reference ?? { kind: "queued_at" },
    ...readWithin(options["within"], reader),
    callbacks: functions.length,
    alerts: list(options["alert"]).flatMap((each) => readAlert(each, "alert", inside)?.target ?? []),
  };
}

/** The callbacks, alerts and deadlines of a Dag as data; each is left out where there is none. */
export function readDagNotices(
  options: object,
  reader: OptionReader,
  place: Place,
): Pick<SerializedDag, "callbacks" | "alerts" | "deadlines"> {
  const given = options as Readonly<Record<string, unknown>>;
  const callbacks = readCallbacks(options, ["success", "failure"], reader);
  const alerts = list(given["alerts"]).flatMap((each) => readAlert(each, "alerts", place) ?? []);
  const deadlines = list(given["deadlines"]).flatMap((each) => readDeadline(each, place) ?? []);
  return {
    ...(callbacks && { callbacks }),
    ...(alerts.length > 0 && { alerts }),
    ...(deadlines.length > 0 && { deadlines }),
  };
}
