import { target, type ApiMethod, type ApiRequest } from "../../api/request.ts";
import type { RefusedRequest } from "../../api/types/refused-request.ts";

/** A stored request as one of ours: its path may hold a query. */
function toRequest(
  stored: NonNullable<RefusedRequest["request"]> | NonNullable<RefusedRequest["corrected"]>,
): ApiRequest {
  return {
    method: stored.method as ApiMethod,
    path: stored.path,
    ...(stored.body === undefined || stored.body === null ? {} : { body: stored.body }),
  };
}

/** Which request would not be refused: the server's correction, else the same one, for whoever may send it. */
export function correctedRequest({
  corrected,
  request,
}: RefusedRequest): { readonly request: ApiRequest; readonly changed: boolean } | undefined {
  if (corrected !== null) {
    const fixed = toRequest(corrected);
    const same =
      request !== null &&
      target(toRequest(request)) === target(fixed) &&
      JSON.stringify(request.body ?? null) === JSON.stringify(corrected.body ?? null);
    return { request: fixed, changed: !same };
  }
  return request === null ? undefined : { request: toRequest(request), changed: false };
}
