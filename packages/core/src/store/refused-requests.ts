import type { Instant, JsonObject, JsonValue, Refusal, SuggestedRequest } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { jsonbText } from "./json-text.ts";

/** A refused request as it is stored: secrets are already removed. */
export interface RefusedRequestRow {
  readonly requestId: string;
  readonly at: Instant;
  readonly accountId: number | null;
  /** As claimed, where the credential was wrong. */
  readonly accountName: string | null;
  readonly credentialKind: string | null;
  readonly credentialId: string | null;
  readonly door: string;
  readonly method: string;
  readonly path: string;
  readonly route: string | null;
  readonly status: number;
  readonly dagId: string | null;
  readonly refusals: readonly [Refusal, ...Refusal[]];
  readonly request: JsonObject;
  readonly corrected: SuggestedRequest | null;
}

/** Writes refused requests; a request id that is there already is left as it is. */
export async function insertRefusedRequests(sql: Sql, rows: readonly RefusedRequestRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.execute(
    `insert into refused_request (request_id, at, account_id, account_name, credential_kind, credential_id, door, method, path, route, status,
       code, summary, reason, fix, dag_id, refusals, request, corrected)
     select request_id, at, account_id, account_name, credential_kind, credential_id, door, method, path, route, status,
       code, summary, reason, fix, dag_id, refusals, request, corrected
     from jsonb_to_recordset($1::jsonb) as r(request_id text, at timestamptz, account_id bigint, account_name text, credential_kind text,
       credential_id text, door text, method text, path text, route text, status integer, code text, summary text, reason text, fix text,
       dag_id text, refusals jsonb, request jsonb, corrected jsonb)
     on conflict (request_id) do nothing`,
    [jsonbText(rows.map(toRecord))],
  );
}

function toRecord(row: RefusedRequestRow): Record<string, JsonValue> {
  const [first] = row.refusals;
  return {
    request_id: row.requestId,
    at: row.at,
    account_id: row.accountId,
    account_name: row.accountName,
    credential_kind: row.credentialKind,
    credential_id: row.credentialId,
    door: row.door,
    method: row.method,
    path: row.path,
    route: row.route,
    status: row.status,
    code: first.code,
    summary: first.summary,
    reason: first.reason,
    fix: first.fix,
    dag_id: row.dagId,
    refusals: row.refusals as unknown as JsonValue,
    request: row.request,
    corrected: row.corrected as unknown as JsonValue,
  };
}

/** Removes refused requests older than so many days. @returns how many */
export async function deleteOldRefusedRequests(sql: Sql, days: number): Promise<number> {
  return sql.execute(`delete from refused_request where at < clock_timestamp() - make_interval(days => $1)`, [days]);
}
