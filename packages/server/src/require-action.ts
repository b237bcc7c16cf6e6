import { type ActionName, RefusalError } from "@windlass/contract";
import { permissionVerdicts } from "@windlass/core/actions";
import type { Call } from "./call.ts";

/**
 * Asks for a narrower right than the operation's own, where a path that may mean many Dags names one: the same answer whether or not the Dag is there.
 * @throws RefusalError
 */
export function requireAction(
  call: Pick<Call<unknown, unknown, unknown>, "request">,
  action: ActionName,
  dagId: string,
): void {
  const [first] = permissionVerdicts(call.request, action, { dagId });
  if (first !== undefined) throw new RefusalError(first.refusal);
}
