import type { Instant, JsonValue } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { firstOf, type Page, type Paging } from "./conditions.ts";

/** An entry of a task's store. */
export interface TaskStoreRow {
  readonly key: string;
  readonly value: JsonValue;
  readonly updatedAt: Instant;
  readonly expiresAt: Instant | null;
}

/** Whose store, in the names of a path. */
export interface TaskStoreOwner {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
}

const COLUMNS = `s.key, s.value, s.updated_at as "updatedAt", s.expires_at as "expiresAt"`;
const FROM = `from task_store s join dag_run r on r.id = s.dag_run_id
  where r.dag_id = $1 and r.run_id = $2 and s.task_id = $3 and s.map_index = $4`;

/** The entries of a task's store by key; none where there is no such task. */
export async function listTaskStore(
  sql: Sql,
  { dagId, runId, taskId, mapIndex }: TaskStoreOwner,
  { limit, offset }: Paging,
): Promise<Page<TaskStoreRow>> {
  const owner = [dagId, runId, taskId, mapIndex];
  const [count] = await sql.query<{ total: number }>(`select count(*) as total ${FROM}`, owner);
  const rows = await sql.query<TaskStoreRow>(`select ${COLUMNS} ${FROM} order by s.key limit $5 offset $6`, [
    ...owner,
    limit,
    offset,
  ]);
  return { rows, total: count?.total ?? 0 };
}

/** One entry; undefined where there is none. */
export async function findTaskStoreEntry(
  sql: Sql,
  { dagId, runId, taskId, mapIndex }: TaskStoreOwner,
  key: string,
): Promise<TaskStoreRow | undefined> {
  return firstOf(
    await sql.query<TaskStoreRow>(`select ${COLUMNS} ${FROM} and s.key = $5`, [dagId, runId, taskId, mapIndex, key]),
  );
}
