import type { JsonObject } from "@windlass/contract";
import type { CodeCount, RefusedRequestRow } from "@windlass/core/queries";
import { told } from "../../windlass-member.ts";

/** A refused request as its log shows it. */
export function refusedRequestView(row: RefusedRequestRow): JsonObject {
  return {
    id: row.id,
    request_id: row.requestId,
    at: row.at,
    account_name: row.accountName,
    credential_kind: row.credentialKind,
    credential_id: row.credentialId,
    door: row.door,
    method: row.method,
    path: row.path,
    route: row.route,
    status: row.status,
    code: row.code,
    summary: row.summary,
    reason: row.reason,
    fix: row.fix,
    dag_id: row.dagId,
    refusals: row.refusals.map(told),
    request: row.request,
    corrected: row.corrected,
  };
}

/** How often a code was given. */
export function codeCountView({ code, summary, count, lastAt }: CodeCount): JsonObject {
  return { code, summary, count, last_at: lastAt };
}
