import type { JsonObject } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { jsonbText } from "./json-text.ts";

/** One row of the audit log: what a principal did, or was refused once a Dag was known. */
export interface AuditRow {
  readonly action: string;
  readonly accountId: number | null;
  readonly accountName: string | null;
  readonly credentialKind: string | null;
  readonly credentialId: string | null;
  readonly door: string;
  readonly dagId: string | null;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly mapIndex: number | null;
  readonly object: string | null;
  /** Secrets already masked. */
  readonly extra: JsonObject | null;
  readonly requestId: string;
}

/** Writes audit rows, in the transaction of the change they tell of. */
export async function insertAudit(sql: Sql, rows: readonly AuditRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.execute(
    `insert into audit_log (action, account_id, account_name, credential_kind, credential_id, door, dag_id, run_id, task_id, map_index,
       object, extra, request_id)
     select action, account_id, account_name, credential_kind, credential_id, door, dag_id, run_id, task_id, map_index, object, extra, request_id
     from jsonb_to_recordset($1::jsonb) as r(action text, account_id bigint, account_name text, credential_kind text, credential_id text, door text,
       dag_id text, run_id text, task_id text, map_index integer, object text, extra jsonb, request_id text)`,
    [
      jsonbText(
        rows.map((row) => ({
          action: row.action,
          account_id: row.accountId,
          account_name: row.accountName,
          credential_kind: row.credentialKind,
          credential_id: row.credentialId,
          door: row.door,
          dag_id: row.dagId,
          run_id: row.runId,
          task_id: row.taskId,
          map_index: row.mapIndex,
          object: row.object,
          extra: row.extra,
          request_id: row.requestId,
        })),
      ),
    ],
  );
}
