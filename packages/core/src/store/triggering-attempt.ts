import type { Sql } from "../database/sql.ts";

/** A running attempt, as a run that it makes remembers it. */
export interface RunningAttempt {
  readonly taskInstanceId: number;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  /** Who triggered the attempt's own run. */
  readonly triggeringUser: string | null;
}

/** The task instance whose current attempt this is, while it runs. */
export async function findTriggeringAttempt(sql: Sql, attemptId: string): Promise<RunningAttempt | undefined> {
  const [row] = await sql.query<RunningAttempt>(
    `select t.id as "taskInstanceId", t.dag_id as "dagId", r.run_id as "runId", t.task_id as "taskId", t.map_index as "mapIndex",
       t.try_number as "tryNumber", r.triggering_user as "triggeringUser"
     from task_attempt a
     join task_instance t on t.id = a.task_instance_id and t.attempt_id = a.attempt_id and t.state = 'running'
     join dag_run r on r.id = t.dag_run_id
     where a.attempt_id = $1`,
    [attemptId],
  );
  return row;
}

/** Remembers which call took a run over. */
export async function setTriggerKey(sql: Sql, dagId: string, runId: string, triggerKey: string): Promise<void> {
  await sql.execute(`update dag_run set trigger_key = $3 where dag_id = $1 and run_id = $2`, [
    dagId,
    runId,
    triggerKey,
  ]);
}
