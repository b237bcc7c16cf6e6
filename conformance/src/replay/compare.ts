/**
 * Compares an answer with the recorded one. Status and media type are equal; each recorded member is there with an equal value;
 * nothing is added but `windlass`. A refusal's prose may be the server's own, its JSON shape may not.
 */
import { normalise } from "./normalise.ts";
import type { Json, RecordedAnswer, Step } from "./recording.ts";

/** One way in which an answer differs. `where` is a JSON pointer, or `status`, `media type`, `text`, `header x`, `windlass.code`. */
export interface Difference {
  readonly where: string;
  readonly expected: string;
  readonly came: string;
}

/** Prose of refusals: any non-empty string will do. */
const PROSE = new Set("detail msg message error title orig_error statement url ctx type reason input".split(" "));
/** Values that belong to Airflow's own code, machine or version: the JSON type must be the same. */
const SAME_TYPE_ONLY = new Set(
  `operator timetable_description continuation_token content template_fields class_name module_path __class version version_number
  bundle_name rendered_fields reason dag_run_note timetable_type`.split(/\s+/),
);
/** Not looked at, beyond being there. */
const NOT_COMPARED = new Set(
  `pid queued_when scheduled_when hostname unixname executor executor_config trigger triggerer_job bundle_version bundle_url duration
  python_callable external_executor_id queued_by_job_id ui_color ui_fgcolor doc_json doc_yaml doc_rst last_parse_duration dag_hash
  executor_state`.split(/\s+/),
);
/** Lists of what happens to be installed. */
const INVENTORY = /\/(providers|plugins|permissions|jobs)(\/|\?|$)/;
const MARK = /^<(string|number|now|text)/;
const OURS = "windlass";

const clip = (text: string | undefined): string => (text ?? "nothing").slice(0, 120);
const shown = (value: Json | undefined): string => `${jsonType(value)} ${clip(JSON.stringify(value))}`;

function jsonType(value: Json | undefined): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** All differences between what was recorded for a step and what came (both in normal form). */
export function compareAnswers(step: Step, came: RecordedAnswer): Difference[] {
  const wanted = step.got;
  const refusal = wanted.status >= 400;
  const found: Difference[] = [];
  const note = (where: string, expected: unknown, got: unknown) => {
    found.push({ where, expected: clip(String(expected)), came: clip(String(got)) });
  };
  if (wanted.status !== came.status) note("status", wanted.status, came.status);
  const anyJsonWillDo = refusal && wanted.type.includes("json") && came.type.includes("json");
  if (wanted.type !== came.type && !anyJsonWillDo) note("media type", wanted.type, came.type);
  if (wanted.body !== undefined) new BodyComparison(step, refusal, found).compare(wanted.body, came.body, "");
  if (step.keepText === true && wanted.text !== undefined && wanted.text !== came.text)
    note("text", wanted.text, came.text);
  for (const name of step.sameHeaders ?? []) {
    const [before, after] = [wanted.headers?.[name] ?? null, came.headers?.[name] ?? null];
    if (before !== after) note(`header ${name}`, before, after);
  }
  return found;
}

class BodyComparison {
  readonly #step: Step;
  readonly #refusal: boolean;
  readonly #found: Difference[];
  readonly #ignored: readonly (readonly string[])[];

  constructor(step: Step, refusal: boolean, found: Difference[]) {
    this.#step = step;
    this.#refusal = refusal;
    this.#found = found;
    this.#ignored = (step.ignore ?? []).map((pointer) => pointer.split("/"));
  }

  compare(wanted: Json, came: Json | undefined, path: string): void {
    const segments = path.split("/");
    const name = segments.at(-1) ?? "";
    if (NOT_COMPARED.has(name)) return;
    const sameType = jsonType(wanted) === jsonType(came);
    if (sameType && path !== "" && (SAME_TYPE_ONLY.has(name) || INVENTORY.test(this.#step.do))) return;
    if (this.#ignored.some((pointer) => covers(pointer, segments))) return;
    if (!sameType) this.#differs(path === "" ? "/" : path, shown(wanted), shown(came));
    else if (Array.isArray(wanted)) this.#lists(wanted, came as Json[], path);
    else if (wanted !== null && typeof wanted === "object") this.#objects(wanted, came as Record<string, Json>, path);
    else if (wanted !== came) this.#leaves(wanted, came as Json, path, name);
  }

  #objects(wanted: Record<string, Json>, came: Record<string, Json>, path: string): void {
    for (const [name, value] of Object.entries(wanted)) {
      if (name in came) this.compare(value, came[name], `${path}/${name}`);
      else this.#differs(`${path}/${name}`, shown(value), "no such member");
    }
    for (const name of Object.keys(came)) {
      const mayStand = name in wanted || name === OURS || this.#step.mayAdd?.includes(name) === true;
      if (!mayStand) this.#differs(`${path}/${name}`, "no such member", shown(came[name]));
    }
  }

  #lists(wanted: readonly Json[], came: readonly Json[], path: string): void {
    const inOrder = this.#step.unordered === true ? sortedByIdentity : (list: readonly Json[]) => list;
    const [left, right] = [inOrder(wanted), inOrder(came)];
    if (left.length !== right.length) this.#differs(path, `${left.length} items`, `${right.length} items`);
    for (let index = 0; index < Math.min(left.length, right.length); index++) {
      this.compare(left[index] ?? null, right[index], `${path}/${index}`);
    }
  }

  #leaves(wanted: Json, came: Json, path: string, name: string): void {
    if (typeof wanted === "string" && typeof came === "string") {
      if (this.#refusal && PROSE.has(name) && came !== "") return;
      if (name === "value" && samePythonValue(wanted, came)) return;
      if (MARK.test(wanted) && MARK.test(came)) return;
    }
    this.#differs(path, shown(wanted), shown(came));
  }

  #differs(where: string, expected: string, came: string): void {
    this.#found.push({ where, expected, came });
  }
}

/** An ignored pointer covers all that lies below it. */
function covers(pointer: readonly string[], place: readonly string[]): boolean {
  return (
    pointer.length <= place.length && pointer.every((segment, index) => segment === "*" || segment === place[index])
  );
}

function sortedByIdentity(list: readonly Json[]): readonly Json[] {
  return list
    .map((item) => ({ item, key: identity(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}

function identity(item: Json): string {
  const whole = JSON.stringify(item);
  if (item === null || typeof item !== "object" || Array.isArray(item)) return whole;
  return JSON.stringify([item["dag_id"], item["task_id"], item["map_index"], item["key"], item["name"]]) + whole;
}

/** v1 gives XCom values as Python text; JSON text of an equal value is as good. */
function samePythonValue(python: string, came: string): boolean {
  const wanted = parsePython(python);
  if (wanted === undefined) return false;
  let have: Json;
  try {
    have = JSON.parse(came) as Json;
  } catch {
    have = came;
  }
  const nowhere = { base: "\u0000", variables: {}, recordedAt: undefined, now: Date.now() };
  return JSON.stringify(normalise(wanted, nowhere)) === JSON.stringify(normalise(have, nowhere));
}

function parsePython(text: string): Json | undefined {
  const asJson = text
    .replaceAll("'", '"')
    .replace(/\bTrue\b/g, "true")
    .replace(/\bFalse\b/g, "false")
    .replace(/\bNone\b/g, "null")
    .replace(/^\((.*?),?\)$/, "[$1]");
  try {
    return JSON.parse(asJson) as Json;
  } catch {
    return undefined;
  }
}
