import { type Refusal, refusal } from "@windlass/contract";
import { missingOperation } from "./dialects/operation-list.ts";
import type { Incoming } from "./incoming.ts";
import type { Server } from "./server.ts";

/** The refusal of a path or method that no operation has, naming the nearest one. */
export function unknownRoute(server: Server, incoming: Pick<Incoming, "method" | "path">): Refusal {
  const { method, path } = incoming;
  const missing = missingOperation(server.operations.all, method, path);
  if (missing !== undefined)
    return refusal("api.not_built", { operation: `${missing.operationId} (${method} ${missing.path})` });
  const methods = server.operations.methodsOf(path);
  if (methods.length > 0 && !methods.includes(method as (typeof methods)[number])) {
    return refusal(
      "route.method",
      { method, path, allowed: methods.join(", ") },
      { expected: methods, actual: method },
    );
  }
  const nearest = server.operations.nearest(method, path);
  const hint =
    nearest === undefined
      ? "GET /api/windlass/v1/operations lists every route."
      : `Did you mean ${nearest.method} ${nearest.path}? GET /api/windlass/v1/operations lists every route.`;
  return refusal(
    "route.unknown",
    { method, path, hint },
    nearest === undefined ? {} : { expected: `${nearest.method} ${nearest.path}` },
  );
}
