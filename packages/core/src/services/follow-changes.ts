import type { Database } from "../database/sql.ts";
import { EVENTS_CHANNEL, listChangesAfter, type LiveFeed, newestEventId } from "../queries/live.ts";
import { LiveHub } from "./live-hub.ts";
import { listenForSignals } from "./remote-signals.ts";
import { Repeating } from "./repeating.ts";
import type { OnProblem } from "./service.ts";

/** What engines elsewhere commit, as a feed of this process. */
export interface FollowedChanges {
  readonly live: LiveFeed;
  /** Key of the newest event from before the feed; only after `start`. */
  newestId(): number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

// A round of an engine is rarely larger; what is left over is read at once.
const LIMIT = 1_000;

/**
 * Follows the history of transitions for a process without an engine (an API server by itself): read when another process says that it has committed
 * some, and every second in case it could not say so.
 */
export function followChanges(options: {
  readonly database: Database;
  readonly onProblem: OnProblem;
  /** @defaultValue 1000 */
  readonly everyMs?: number;
}): FollowedChanges {
  const { database, onProblem } = options;
  const live = new LiveHub();
  let first = 0;
  let cursor = 0;
  const stops: (() => Promise<void>)[] = [];
  const reading = new Repeating({
    name: "feed",
    everyMs: options.everyMs ?? 1_000,
    onProblem,
    round: async () => {
      let read: number;
      do {
        const changes = await listChangesAfter(database, cursor, LIMIT);
        cursor = changes.at(-1)?.eventId ?? cursor;
        live.publish(changes);
        read = changes.length;
      } while (read === LIMIT);
    },
  });
  const read = (): void => void reading.runOnce().catch(() => undefined);

  return {
    live,
    newestId: () => first,
    async start() {
      first = await newestEventId(database);
      cursor = first;
      await reading.start();
      stops.push(
        await database.listen(EVENTS_CHANNEL, read),
        await listenForSignals(
          database,
          {
            dagChanged: (dagId) => {
              live.publish([{ kind: "dag", dagId }]);
            },
          },
          read,
        ),
      );
    },
    async stop() {
      for (const stop of stops.splice(0)) await stop().catch(() => undefined);
      await reading.stop();
    },
  };
}
