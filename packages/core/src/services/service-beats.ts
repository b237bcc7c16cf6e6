import type { Database } from "../database/sql.ts";
import { beat, deleteSilentHeartbeats, removeHeartbeats, type ServiceName } from "../store/heartbeats.ts";
import { Repeating } from "./repeating.ts";
import type { OnProblem } from "./service.ts";

/** Whose signs of life are given. */
export interface ServiceBeatsOptions {
  readonly database: Database;
  readonly instanceId: string;
  readonly bootId: string;
  readonly hostname: string;
  readonly services: readonly ServiceName[];
  readonly onProblem: OnProblem;
  /** @defaultValue 5000 */
  readonly everyMs?: number;
}

const FORGOTTEN_AFTER_SECONDS = 24 * 60 * 60;

/** Gives signs of life for the services of this process, as long as its event loop turns and the database answers. */
export function serviceBeats(options: ServiceBeatsOptions): Repeating {
  const { database, services } = options;
  return new Repeating({
    name: "heartbeat",
    everyMs: options.everyMs ?? 5_000,
    onProblem: options.onProblem,
    round: async () => {
      await beat(database, options, services);
      await deleteSilentHeartbeats(database, FORGOTTEN_AFTER_SECONDS);
    },
  });
}

/** Takes the signs of life away, so that nobody waits for a process that has stopped in good order. */
export async function endServiceBeats(database: Database, instanceId: string): Promise<void> {
  await removeHeartbeats(database, instanceId).catch(() => undefined);
}
