import { nearest, refusal, type Verdict } from "@windlass/contract";

/** What is known of the Dag that a request names. */
export interface DagState {
  readonly isStale: boolean;
  readonly staleSince: string | null;
  readonly hasImportErrors: boolean;
  readonly relativeFileloc: string;
  readonly hasVersion: boolean;
}

/** What may be told besides. */
export interface DagSurroundings {
  /** The errors of the Dag's file; empty where the caller may not read them. */
  readonly errors: readonly { readonly reason: string; readonly line: number | null }[];
  /** Ids of Dags that the caller may know. */
  readonly knownDagIds: readonly string[];
  /** Whether the Dags folder was read at all. */
  readonly anyParsed: boolean;
}

/** Whether the Dag is there and its file loads. The four ways of not being there are told apart; Airflow tells one. */
export function dagStateVerdicts(
  dagId: string,
  dag: DagState | undefined,
  around: DagSurroundings,
): readonly Verdict[] {
  const airflow = {
    v1: { title: "DAG not found", detail: `DAG with dag_id: '${dagId}' not found` },
    v2: `DAG with dag_id: '${dagId}' not found`,
  };
  if (!dag || !dag.hasVersion) {
    if (!around.anyParsed)
      return [
        {
          phase: "existence",
          refusal: refusal("dag.not_parsed_yet", { dag_id: dagId }, { airflow, retryAfterSeconds: 5 }),
        },
      ];
    const near = nearest(dagId, around.knownDagIds);
    return [
      {
        phase: "existence",
        refusal: refusal(
          "dag.unknown",
          { dag_id: dagId, near: near === undefined ? "" : ` Did you mean ${near}?` },
          { airflow, pointer: "path/dag_id" },
        ),
      },
    ];
  }
  if (dag.hasImportErrors) {
    const [first] = around.errors;
    const error = first === undefined ? "its errors are shown to those who may read import errors." : `${first.reason}`;
    const v1 = { title: "DAG cannot be triggered", detail: `DAG with dag_id: '${dagId}' has import errors` };
    return [
      {
        phase: "state",
        refusal: refusal(
          "dag.broken",
          { dag_id: dagId, file: dag.relativeFileloc, error },
          { airflow: { v1, v2: airflow.v2 } },
        ),
      },
    ];
  }
  if (dag.isStale) {
    return [
      {
        phase: "existence",
        refusal: refusal(
          "dag.stale",
          { dag_id: dagId, file: dag.relativeFileloc, since: dag.staleSince ?? "an unknown time" },
          { airflow },
        ),
      },
    ];
  }
  return [];
}
