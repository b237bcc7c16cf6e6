import { refusal, type Verdict } from "@windlass/contract";

/** What Airflow 3 says of a partition's key, since there are no partitioned Dags here. */
export function partitionVerdicts(dagId: string, partitionKey: string | null | undefined): readonly Verdict[] {
  if (partitionKey == null) return [];
  const airflow = { v2: `Dag '${dagId}' is not a partitioned Dag and does not accept a partition_key.` };
  const why = refusal(
    "request.field_wrong",
    { part: "body", name: "partition_key", problem: "the Dag is not partitioned", expected: "the body without it" },
    { pointer: "/partition_key", actual: partitionKey, airflow },
  );
  return [{ phase: "run", refusal: { ...why, status: { v1: 400, v2: 400, native: 400 } } }];
}
