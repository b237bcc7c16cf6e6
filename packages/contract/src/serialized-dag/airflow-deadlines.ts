import { isJsonObject, type JsonValue } from "../json.ts";
import { fromMillis } from "../time.ts";
import { unwrap } from "./airflow-values.ts";
import type { DeadlineReference, SerializedDeadline } from "./notices.ts";

/** Airflow's default for how many runs an average counts. */
const AVERAGE_RUNS = 10;

function referenceFromAirflow(source: JsonValue | undefined): DeadlineReference | undefined {
  if (source === undefined || !isJsonObject(source)) return undefined;
  switch (source.reference_type) {
    case "DagRunQueuedAtDeadline":
      return { kind: "queued_at" };
    case "DagRunLogicalDateDeadline":
      return { kind: "logical_date" };
    case "FixedDatetimeDeadline":
      return typeof source.datetime === "number"
        ? { kind: "moment", moment: fromMillis(source.datetime * 1_000) }
        : undefined;
    case "AverageRuntimeDeadline": {
      const maxRuns = typeof source.max_runs === "number" ? source.max_runs : AVERAGE_RUNS;
      return {
        kind: "average_runtime",
        maxRuns,
        minRuns: typeof source.min_runs === "number" ? source.min_runs : maxRuns,
      };
    }
    default:
      return undefined;
  }
}

type Interval = Pick<SerializedDeadline, "intervalSeconds" | "intervalVariable">;

/** An interval: a number, Airflow's serialized span, or its variable. */
function intervalFromAirflow(source: JsonValue | undefined): Interval | undefined {
  if (typeof source === "number") return { intervalSeconds: source };
  const { __classname__: name, __data__: data } = source !== undefined && isJsonObject(source) ? source : {};
  if (typeof data === "number") return { intervalSeconds: data };
  if (data === undefined || !isJsonObject(data) || typeof data.key !== "string" || data.key === "") return undefined;
  const isVariable = typeof name === "string" && name.endsWith(".VariableInterval");
  return isVariable ? { intervalSeconds: null, intervalVariable: data.key } : undefined;
}

/**
 * Airflow's deadline alerts. Their callbacks are functions of Python, which nobody here calls; references and intervals of one's own kinds are left out, as
 * are those stored as keys of Airflow's rows.
 */
export function deadlinesFromAirflow(source: JsonValue): readonly SerializedDeadline[] {
  const listed = unwrap(source);
  if (!Array.isArray(listed)) return [];
  return (listed as readonly JsonValue[]).flatMap((each) => {
    if (!isJsonObject(each)) return [];
    const reference = referenceFromAirflow(each.reference);
    const interval = intervalFromAirflow(each.interval);
    if (reference === undefined || interval === undefined) return [];
    const name = typeof each.name === "string" ? each.name : null;
    return [{ name, reference, ...interval, callbacks: 0, alerts: [] }];
  });
}
