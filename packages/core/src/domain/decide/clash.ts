import { type Instant, parseInstant, refusal, toMicros, type Refusal } from "@windlass/contract";

/** The run that is there already. */
export interface ClashingRun {
  readonly runId: string;
  readonly logicalDate: Instant | null;
  readonly state: string;
}

/** What Airflow 3 says of any clash. */
const V2 = {
  reason: "Unique constraint violation",
  statement: "hidden",
  orig_error: "hidden",
  message: "A run with this id or this logical date exists; the refusal beside this says which.",
};

/** The refusal of a run whose id or logical date another run has. @param written the date as the caller wrote it, for Airflow 2's sentence */
export function clashRefusal(
  dagId: string,
  kind: "run_id" | "logical_date",
  existing: ClashingRun,
  written?: unknown,
): Refusal {
  const current = { dag_run_id: existing.runId, logical_date: existing.logicalDate, state: existing.state };
  const data = {
    dag_id: dagId,
    run_id: existing.runId,
    state: existing.state,
    logical_date: existing.logicalDate ?? "none",
  };
  if (kind === "run_id") {
    const detail = `DAGRun with DAG ID: '${dagId}' and DAGRun ID: '${existing.runId}' already exists`;
    return refusal("run.id_taken", data, {
      pointer: "/dag_run_id",
      currentValue: current,
      airflow: { v1: { title: "Conflict", detail }, v2: V2 },
    });
  }
  const detail = `DAGRun with DAG ID: '${dagId}' and DAGRun logical date: '${pythonText(existing.logicalDate, written)}' already exists`;
  return refusal("run.logical_date_taken", data, {
    pointer: "/logical_date",
    currentValue: current,
    airflow: { v1: { title: "Conflict", detail }, v2: V2 },
  });
}

/** A moment as Python prints it, in the zone that the caller wrote it in. */
function pythonText(moment: Instant | null, written: unknown): string {
  if (moment === null) return "None";
  const zone =
    typeof written === "string" && parseInstant(written) !== undefined
      ? /[+-]\d{2}:\d{2}$/.exec(written)?.[0]
      : undefined;
  const minutes =
    zone === undefined ? 0 : (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const local = new Date(Number(toMicros(moment) / 1000n) + minutes * 60_000).toISOString();
  const fraction = moment.slice(20, 26);
  return `${local.slice(0, 10)} ${local.slice(11, 19)}${fraction === "000000" ? "" : `.${fraction}`}${zone ?? "+00:00"}`;
}
