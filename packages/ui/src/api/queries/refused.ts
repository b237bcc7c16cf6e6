import { path } from "../request.ts";
import { NATIVE } from "../requests/native.ts";
import type { RefusedPage, RefusedRequest } from "../types/refused-request.ts";
import { get } from "./get.ts";

/** How the log is narrowed. */
export interface RefusedFilter {
  readonly code?: string | undefined;
  readonly account?: string | undefined;
  readonly dagId?: string | undefined;
  readonly since?: string | undefined;
  readonly limit?: number;
  readonly offset?: number;
}

/** A page of refused requests, with counts by cause. */
export const refusedQuery = ({ code, account, dagId, since, limit = 100, offset = 0 }: RefusedFilter) =>
  get<RefusedPage>(["refusals"], {
    path: `${NATIVE}/refusals`,
    query: { code, account, dag_id: dagId, since, limit, offset },
  });

/** One, by the request id that its answer carried. */
export const refusedOneQuery = (requestId: string) =>
  get<RefusedRequest>(["refusal", requestId], { path: NATIVE + path`/refusals/${requestId}` });

/** The page that explains a cause. */
export const errorPageQuery = (code: string) => ({
  ...get<string | { readonly markdown: string }>(["error-page", code], { path: NATIVE + path`/errors/${code}` }),
  staleTime: Infinity,
});
