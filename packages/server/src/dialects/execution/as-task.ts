import { actionEntry, type ActionName, permissionKey } from "@windlass/contract";
import type { ActionRequest } from "@windlass/core/actions";
import type { ExecutionCall } from "./operation.ts";

/**
 * The request of an attempt for actions that people do by their roles: a task holds no role, and its operation has judged already whether it may. It
 * gets exactly what the named actions ask for, and is named in their audit rows.
 */
export function asTask(
  { principal, request }: Pick<ExecutionCall<unknown, unknown, unknown>, "principal" | "request">,
  ...actions: readonly ActionName[]
): ActionRequest {
  const needed = actions.flatMap((name) => actionEntry(name).needs);
  const permissions = new Set(needed.map(({ action, resource }) => permissionKey([action, resource])));
  return { ...request, principal: { ...principal, permissions } };
}
