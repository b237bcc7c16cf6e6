import { refusal, type Verdict } from "@windlass/contract";
import { findDag } from "@windlass/core/queries";
import type { Call } from "../../call.ts";
import { isPartitioned } from "../timetable.ts";

/** What Airflow 3 says of a partition's key for a Dag that does not go by partitions. */
export async function partitionVerdicts(
  { server }: Pick<Call<unknown, unknown, unknown>, "server">,
  dagId: string,
  partitionKey: string | null | undefined,
): Promise<readonly Verdict[]> {
  if (partitionKey == null) return [];
  const schedule = (await findDag(server.actions.database, dagId))?.definition?.schedule;
  if (schedule !== undefined && isPartitioned(schedule)) return [];
  const airflow = { v2: `Dag '${dagId}' is not a partitioned Dag and does not accept a partition_key.` };
  const why = refusal(
    "request.field_wrong",
    { part: "body", name: "partition_key", problem: "the Dag is not partitioned", expected: "the body without it" },
    { pointer: "/partition_key", actual: partitionKey, airflow },
  );
  return [{ phase: "run", refusal: { ...why, status: { v1: 400, v2: 400, native: 400 } } }];
}
