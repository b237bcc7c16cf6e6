import type { DagScope, Instant, JsonObject, Refusal } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Page, type Paging } from "./conditions.ts";

/** A request that was refused. */
export interface RefusedRequestRow {
  readonly id: number;
  readonly requestId: string;
  readonly at: Instant;
  readonly accountId: number | null;
  readonly accountName: string | null;
  readonly credentialKind: string | null;
  readonly credentialId: string | null;
  readonly door: string;
  readonly method: string;
  readonly path: string;
  readonly route: string | null;
  readonly status: number;
  readonly code: string;
  readonly summary: string;
  readonly reason: string;
  readonly fix: string;
  readonly dagId: string | null;
  readonly refusals: readonly Refusal[];
  /** Secrets removed before it was stored. */
  readonly request: JsonObject;
  readonly corrected: JsonObject | null;
}

/** Who reads refused requests: their own always; others' rows only of the Dags in a scope and of no Dag, null for none at all. */
export interface RefusedRequestReader {
  readonly accountId: number;
  readonly others: DagScope | null;
}

/** What refused requests are picked by. */
export interface RefusedRequestFilter {
  readonly reader: RefusedRequestReader;
  readonly code?: string | undefined;
  readonly accountName?: string | undefined;
  readonly dagId?: string | undefined;
  readonly since?: Instant | undefined;
}

/** How often a code was given. */
export interface CodeCount {
  readonly code: string;
  readonly summary: string;
  readonly count: number;
  readonly lastAt: Instant;
}

const COLUMNS = `id, request_id as "requestId", at, account_id as "accountId", account_name as "accountName", credential_kind as "credentialKind",
  credential_id as "credentialId", door, method, path, route, status, code, summary, reason, fix, dag_id as "dagId", refusals, request, corrected`;

function visible({ accountId, others }: RefusedRequestReader): Conditions {
  const conditions = new Conditions();
  if (others === null) return conditions.equals("account_id", accountId);
  if (others.all) return conditions;
  const own = conditions.param(accountId);
  return conditions.add(
    [...others.dagIds],
    (param) => `(account_id = ${own} or dag_id is null or dag_id = any(${param}::text[]))`,
  );
}

function conditionsOf(filter: RefusedRequestFilter): Conditions {
  return visible(filter.reader)
    .equals("code", filter.code)
    .equals("account_name", filter.accountName)
    .equals("dag_id", filter.dagId)
    .add(filter.since, (param) => `at >= ${param}`);
}

/** Refused requests, newest first. */
export async function listRefusedRequests(
  sql: Sql,
  filter: RefusedRequestFilter,
  paging: Paging,
): Promise<Page<RefusedRequestRow>> {
  const conditions = conditionsOf(filter);
  const where = conditions.where();
  const [count] = await sql.query<{ total: number }>(`select count(*) as total from refused_request ${where}`, [
    ...conditions.params,
  ]);
  const page = `order by id desc limit ${conditions.param(paging.limit)} offset ${conditions.param(paging.offset)}`;
  return {
    rows: await sql.query<RefusedRequestRow>(
      `select ${COLUMNS} from refused_request ${where} ${page}`,
      conditions.params,
    ),
    total: count?.total ?? 0,
  };
}

/** Codes with their numbers, the most frequent first. */
export async function countRefusedRequests(sql: Sql, filter: RefusedRequestFilter): Promise<readonly CodeCount[]> {
  const conditions = conditionsOf(filter);
  return sql.query<CodeCount>(
    `select code, max(summary) as summary, count(*) as count, max(at) as "lastAt" from refused_request ${conditions.where()}
     group by code order by count(*) desc, code`,
    conditions.params,
  );
}

/** One refused request; undefined where there is none, or it is somebody else's. */
export async function findRefusedRequest(
  sql: Sql,
  requestId: string,
  reader: RefusedRequestReader,
): Promise<RefusedRequestRow | undefined> {
  const conditions = visible(reader).equals("request_id", requestId);
  return firstOf(
    await sql.query<RefusedRequestRow>(
      `select ${COLUMNS} from refused_request ${conditions.where()}`,
      conditions.params,
    ),
  );
}
