import { type Dialect, MAX_ID_LENGTH, refusal, type Verdict } from "@windlass/contract";

// Kinds of runs that Airflow names by a prefix; a run by hand must not look like one of them.
const RESERVED: readonly string[] = [
  "scheduled",
  "backfill",
  "dataset_triggered",
  "asset_triggered",
  "asset_materialization",
];
const BUILT_IN_PATTERN =
  "^(?:manual|scheduled|asset_triggered)__(?:\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\+00:00)$";
const BUILT_IN = new RegExp(BUILT_IN_PATTERN);

/** The pattern that run ids must match, with its text for messages. */
export interface RunIdPattern {
  readonly text: string;
  test(runId: string): boolean;
}

/** Whether a caller's run id may be one: its length, its characters, nothing that climbs out of a folder, no name of another kind of run. */
export function runIdVerdicts(runId: string, pattern: RunIdPattern, dialect: Dialect): readonly Verdict[] {
  const at = { pointer: "/dag_run_id", actual: runId };
  if (runId.length > MAX_ID_LENGTH) {
    const airflow = {
      v1: { title: "Bad Request", detail: `{'dag_run_id': ['Longer than maximum length ${String(MAX_ID_LENGTH)}.']}` },
      v2: rejectedByDatabase(),
    };
    const refused = refusal(
      "run.id_too_long",
      { length: runId.length, limit: MAX_ID_LENGTH },
      { ...at, limit: MAX_ID_LENGTH, airflow },
    );
    return [{ phase: dialect === "v2" ? "conflict" : "fields", refusal: refused }];
  }
  if (runId.includes("..")) {
    const text = `The run_id '${runId}' must not contain '..' to prevent path traversal`;
    return [
      {
        phase: "run",
        refusal: refusal(
          "run.id_invalid",
          { run_id: JSON.stringify(runId), pattern: pattern.text, why: ", or holds two dots in a row" },
          { ...at, airflow: both(text) },
        ),
      },
    ];
  }
  if (!pattern.test(runId) && !BUILT_IN.test(runId)) {
    const airflow = {
      v1: {
        title: "Bad Request",
        detail: `The provided run ID '${runId}' is invalid. It does not match either the configured pattern: '${pattern.text}' or the built-in pattern: '${BUILT_IN_PATTERN}'`,
      },
      v2: `The run_id provided '${runId}' does not match regex pattern '${pattern.text}' or '${BUILT_IN_PATTERN}'`,
    };
    return [
      {
        phase: "run",
        refusal: refusal(
          "run.id_invalid",
          { run_id: JSON.stringify(runId), pattern: pattern.text, why: "" },
          { ...at, expected: pattern.text, airflow },
        ),
      },
    ];
  }
  const kind = RESERVED.find((each) => runId.startsWith(`${each}__`));
  if (kind !== undefined) {
    const text = `A manual DAG run cannot use ID '${runId}' since it is reserved for ${kind} runs`;
    const rest = runId.slice(kind.length + 2);
    return [
      {
        phase: "run",
        refusal: refusal("run.id_reserved", { prefix: `${kind}__`, rest }, { ...at, airflow: both(text) }),
      },
    ];
  }
  return [];
}

function both(text: string) {
  return { v1: { title: "Bad Request", detail: text }, v2: text };
}

/** What Airflow 3 says where the database took exception to a value. */
export function rejectedByDatabase() {
  return {
    reason: "Value rejected by database",
    statement: "hidden",
    orig_error: "hidden",
    message: "The value does not fit; the refusal beside this says which and why.",
  };
}
