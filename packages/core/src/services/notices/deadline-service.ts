import type { Clock } from "@windlass/contract";
import { deadlineNotices } from "../../domain/notices/deadline-notices.ts";
import { nextDeadlineAt, takeMissedDeadlines } from "../../store/deadlines.ts";
import { insertAlerts, insertCallbacks } from "../../store/notices.ts";
import type { OnProblem } from "../service.ts";
import { Woken } from "../woken.ts";
import { readIntervals, type ReadIntervalsOptions } from "./read-intervals.ts";

/** How deadlines are watched. */
export interface DeadlineServiceOptions extends ReadIntervalsOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly onProblem: OnProblem;
  /** A deadline was found missed, and what follows was written. */
  readonly onMissed: (fields: Readonly<Record<string, unknown>>) => void;
}

const BATCH = 100;

/**
 * Finds deadlines that are over. Any number of schedulers may watch: each deadline is marked by one of them alone, in the transaction that writes the
 * callbacks and alerts that follow.
 */
export function deadlineService(options: DeadlineServiceOptions): Woken {
  const { database, clock, onMissed } = options;
  return new Woken({
    ...options,
    name: "deadlines",
    round: async () => {
      const moreToRead = await readIntervals(options, BATCH);
      const now = clock.now();
      const missed = await database.transaction(async (tx) => {
        const taken = await takeMissedDeadlines(tx, now, BATCH);
        const notices = taken.map((each) => deadlineNotices(each, now));
        await Promise.all([
          insertCallbacks(
            tx,
            notices.flatMap((each) => each.callbacks),
            now,
          ),
          insertAlerts(
            tx,
            notices.flatMap((each) => each.alerts),
            now,
          ),
        ]);
        return taken;
      });
      for (const { dagId, runId, name, deadlineAt } of missed) onMissed({ dagId, runId, name, deadline: deadlineAt });
      const more = moreToRead || missed.length === BATCH;
      return { more, next: more ? null : await nextDeadlineAt(database) };
    },
  });
}
