import type { SerializedDag } from "@windlass/contract";
import { ANY_OTHER_QUEUE } from "../../domain/limits/places.ts";
import { listServedQueues } from "../../store/workers.ts";
import type { ActionContext } from "../context.ts";

/** Queues of a Dag's tasks that neither the local executor nor a living worker takes. Nothing is read where the executor takes all that is left. */
export async function unservedQueues(
  { config, database }: Pick<ActionContext, "config" | "database">,
  dag: SerializedDag,
): Promise<readonly string[]> {
  const local = new Set(config.local_executor.queues);
  if (local.has(ANY_OTHER_QUEUE)) return [];
  const foreign = [...new Set(dag.tasks.map((task) => task.queue))].filter((queue) => !local.has(queue));
  if (foreign.length === 0) return [];
  const served = new Set((await listServedQueues(database)).map(({ queue }) => queue));
  return foreign.filter((queue) => !served.has(queue)).sort();
}
