import { explainTaskInstance, type WhyReason } from "@windlass/core/queries";
import type { Server } from "../server.ts";

// Airflow's names of what may hold a task instance.
const NAMES: Readonly<Partial<Record<WhyReason["code"], string>>> = {
  upstream_not_done: "Trigger Rule",
  past_dependency: "Previous Dagrun State",
  waiting_for_retry: "Not In Retry Period",
  waiting_for_reschedule: "Ready To Reschedule",
  dag_paused: "Dag Not Paused",
  run_queued: "Dagrun Running",
  pool_full: "Pool Slots Available",
  max_active_tasks: "DAG's Max Active Tasks",
  max_active_per_dag: "Task Concurrency",
};

/** What keeps a task instance from running, as Airflow lists it. */
export async function dependenciesOf(
  server: Server,
  at: { readonly dagId: string; readonly runId: string; readonly taskId: string; readonly mapIndex: number },
  state: string | null,
): Promise<readonly { readonly name: string; readonly reason: string }[]> {
  const surroundings = { now: server.actions.clock.now(), parallelism: server.actions.config.core.parallelism };
  const why = await explainTaskInstance(server.actions.database, at, surroundings);
  const reasons = (why?.reasons ?? []).map(({ code, summary, fix }) => ({
    name: NAMES[code] ?? code,
    reason: `${summary} ${fix}`,
  }));
  // Airflow first says that a task instance without state is none that a worker takes.
  return state === null
    ? [{ name: "Task Instance State", reason: "Task is in the 'None' state." }, ...reasons]
    : reasons;
}
