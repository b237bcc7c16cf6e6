import { isTerminalState } from "@windlass/contract";
import { listTries, type TaskInstanceRow } from "@windlass/core/queries";
import { objectUnknown } from "../../not-found.ts";
import type { Server } from "../../server.ts";

/** Whose log is read: an attempt, or none yet. */
export interface LogTarget {
  readonly tryNumber: number;
  /** The last attempt of the try; undefined where none was made. */
  readonly attemptId: string | undefined;
  /** Nothing will be written any more. */
  readonly ended: boolean;
}

/** The attempt whose log is meant, as of now. @param wanted a try; undefined: the newest @throws RefusalError for a try that was never made */
export async function logTarget(
  server: Server,
  instance: TaskInstanceRow,
  wanted: number | undefined,
): Promise<LogTarget> {
  const tries = await listTries(server.actions.database, instance.id);
  const tryNumber = wanted ?? tries.at(-1)?.tryNumber ?? Math.max(instance.tryNumber, 1);
  const found = tries.find((each) => each.tryNumber === tryNumber);
  const over = isTerminalState(instance.state);
  if (found === undefined) {
    // A try that is still to come is waited for; one that will never come is none.
    if (wanted !== undefined && wanted > 1 && (over || wanted > instance.tryNumber + 1)) {
      throw objectUnknown("try", `${String(wanted)} of ${instance.taskId}`, { pointer: "query/try_number" });
    }
    return { tryNumber, attemptId: undefined, ended: over || tryNumber < instance.tryNumber };
  }
  return {
    tryNumber,
    attemptId: found.attemptId,
    ended: found.endedAt !== null || over || tryNumber < instance.tryNumber,
  };
}
