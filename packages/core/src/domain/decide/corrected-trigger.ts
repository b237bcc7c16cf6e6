import { isJsonObject, type JsonObject, type JsonValue, type Refusal, type SuggestedRequest } from "@windlass/contract";

/** Names that the body of a trigger may have, by API. */
const FIELDS: Readonly<Record<"v1" | "v2", readonly string[]>> = {
  v1: ["conf", "dag_run_id", "data_interval_end", "data_interval_start", "logical_date", "note"],
  v2: [
    "conf",
    "dag_run_id",
    "data_interval_end",
    "data_interval_start",
    "logical_date",
    "note",
    "partition_key",
    "run_after",
  ],
};
const ALIASES: Readonly<Record<string, string>> = {
  run_id: "dag_run_id",
  execution_date: "logical_date",
  config: "conf",
  params: "conf",
};
// What a new id or date is needed for; leaving the field out lets the server choose.
const DROPS: Readonly<Record<string, string>> = {
  "run.id_invalid": "dag_run_id",
  "run.id_reserved": "dag_run_id",
  "run.id_too_long": "dag_run_id",
  "run.id_taken": "dag_run_id",
  "run.logical_date_taken": "logical_date",
  "run.before_start_date": "logical_date",
};

/** The request that would have been right, as far as it can be told: proper names, values for params, nothing that is refused. */
export function correctedTrigger(
  request: { readonly path: string; readonly body: JsonValue | undefined; readonly api: "v1" | "v2" },
  refusals: readonly Refusal[],
  examples: JsonObject,
): SuggestedRequest {
  const sent: JsonObject = isJsonObject(request.body) ? request.body : {};
  const body: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(sent)) {
    const proper = ALIASES[name] ?? name;
    if (FIELDS[request.api].includes(proper) && !Object.hasOwn(body, proper)) body[proper] = value;
  }
  for (const each of refusals) {
    const dropped = DROPS[each.code];
    if (dropped !== undefined) delete body[dropped];
    const field = each.pointer?.split("/")[1];
    const wrongType = each.code.startsWith("request.") && field !== undefined && field !== "conf";
    if (wrongType || each.code === "limit.note_length" || each.code === "run.interval_incomplete")
      delete body[field ?? ""];
  }
  if ((body.data_interval_start == null) !== (body.data_interval_end == null)) {
    delete body.data_interval_start;
    delete body.data_interval_end;
  }
  if (Object.keys(examples).length > 0) body.conf = { ...(isJsonObject(body.conf) ? body.conf : {}), ...examples };
  else if (body.conf !== undefined && !isJsonObject(body.conf)) delete body.conf;
  if (request.api === "v2" && !Object.hasOwn(body, "logical_date")) body.logical_date = null;
  return { method: "POST", path: request.path.split("?")[0] ?? request.path, body };
}
