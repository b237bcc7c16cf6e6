/**
 * The normal form of an answer: whatever may honestly differ between two servers becomes a mark, so that the rest can be
 * compared literally. The recordings hold answers that were normalised by these same rules.
 */
import type { Json } from "./recording.ts";
import type { Variables } from "./variables.ts";

/** Values of these members say something about the machine or the moment, not about the interface: only their type is kept. */
const LOOSE = new Set(
  `fileloc file_token relative_fileloc file_path filename hostname unixname pid duration queued_by_job_id triggering_job_id
  external_executor_id bundle_version job_id executor_config last_parsed_time import_error_id event_log_id dag_hash session_id
  creating_job_id stack_trace last_parse_duration python_callable class_ref operator_name ui_color ui_fgcolor source_code git_version
  latest_heartbeat span context_carrier _conf note_user_id asset_id backfill_id`.split(/\s+/),
);
/** Sets by nature: Airflow gives them in no particular order. */
const SETS = new Set(["downstream_task_ids", "upstream_task_ids"]);

const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;
const HAS_ZONE = /[Z+-]\d*:?\d*$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;
const MOMENT_WITHIN = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)(_\w+)?/g;
const PATH_WITHIN = /\/(tmp|work|root|home|usr|opt)\/[^\s'"]*/g;
const TWO_DAYS_MS = 2 * 86_400_000;

/** What the normal form depends on besides the answer. */
export interface Surroundings {
  readonly base: string;
  readonly variables: Variables;
  /** Epoch milliseconds of the recording, if known: moments near it are clock readings, as are those near `now`. */
  readonly recordedAt: number | undefined;
  readonly now: number;
}

/** The normal form of `value`, which stands under the member name `key`. */
export function normalise(value: Json | undefined, around: Surroundings, key = ""): Json {
  if (value === null || value === undefined) return null;
  if (LOOSE.has(key)) return `<${Array.isArray(value) ? "array" : typeof value}>`;
  if (typeof value === "string") return normaliseText(value, around);
  if (Array.isArray(value)) {
    return SETS.has(key) ? value.map(String).sort() : value.map((item) => normalise(item, around, key));
  }
  if (typeof value === "object") {
    const names = Object.keys(value).sort();
    return Object.fromEntries(names.map((name) => [name, normalise(value[name], around, name)]));
  }
  return key === "id" && typeof value === "number" ? "<number>" : value;
}

/** The normal form of a text. */
export function normaliseText(original: string, { base, variables, recordedAt, now }: Surroundings): string {
  let text = original;
  for (const [name, value] of Object.entries(variables)) {
    const plain = String(value);
    // Short values would hit by accident.
    if (plain.length > 3 && text.includes(plain)) text = text.replaceAll(plain, () => `{{${name}}}`);
  }
  text = text.replaceAll(base, () => "<base>");
  if (MOMENT.test(text)) {
    const near = (moment: number) => Math.abs(Date.parse(text) - moment) < TWO_DAYS_MS;
    if (near(now) || (recordedAt !== undefined && near(recordedAt))) return "<now>";
    return new Date(HAS_ZONE.test(text.slice(10)) ? text : `${text}Z`).toISOString();
  }
  if (UUID.test(text)) return "<uuid>";
  if (JWT.test(text)) return "<jwt>";
  return text.replace(MOMENT_WITHIN, "<moment>").replace(PATH_WITHIN, "<path>");
}
