import { queryOptions } from "@tanstack/react-query";
import { send } from "../../api/client.ts";
import { isJsonObject } from "../../api/json.ts";
import { toRefusal, toWarnings } from "../../api/parse-refusal.ts";
import type { Refusal, Warning } from "../../api/refusal.ts";
import { type ApiRequest, target } from "../../api/request.ts";
import { NATIVE } from "../../api/requests/native.ts";

/** What the server would answer, without doing it. */
export interface Verdict {
  readonly allowed: boolean;
  readonly status: number;
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly Warning[];
}

/** Asks the server for its verdict on a request: the same decision that the request itself would meet. */
export const checkQuery = (request: ApiRequest) =>
  queryOptions({
    queryKey: ["check", request],
    staleTime: 5_000,
    gcTime: 30_000,
    queryFn: async ({ signal }): Promise<Verdict> => {
      const { body } = await send(
        {
          method: "POST",
          path: `${NATIVE}/check`,
          body: { method: request.method, path: target(request), body: request.body ?? null },
        },
        signal,
      );
      if (!isJsonObject(body)) return { allowed: true, status: 200, refusals: [], warnings: [] };
      return {
        allowed: body.allowed === true,
        status: typeof body.status === "number" ? body.status : 0,
        refusals: Array.isArray(body.refusals) ? body.refusals.map(toRefusal).filter((each) => each !== undefined) : [],
        warnings: toWarnings(body.warnings),
      };
    },
  });

/** The param that a refusal points at: `/conf/name`, `/conf/name/0`, `/name`. */
export function paramAt(pointer: string | undefined): string | undefined {
  const match = /^\/?conf\/([^/]+)/.exec(pointer ?? "");
  return match?.[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
}
