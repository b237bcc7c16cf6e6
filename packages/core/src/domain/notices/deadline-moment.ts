import { addSeconds, type DeadlineReference, type Instant } from "@windlass/contract";

/** What a deadline may be counted from. */
export interface DeadlineFacts {
  readonly queuedAt: Instant;
  readonly logicalDate: Instant | null;
  /** When the run is made. */
  readonly now: Instant;
  /** Seconds that the Dag's successful runs took, the latest logical date first. */
  readonly durations: readonly number[];
}

/** The moment that a deadline is counted from; null where the reference says nothing of this run. */
export function deadlineBase(reference: DeadlineReference, facts: DeadlineFacts): Instant | null {
  switch (reference.kind) {
    case "queued_at":
      return facts.queuedAt;
    case "logical_date":
      return facts.logicalDate;
    case "moment":
      return reference.moment;
    case "average_runtime": {
      const durations = facts.durations.slice(0, reference.maxRuns);
      if (durations.length < Math.max(1, reference.minRuns)) return null;
      return addSeconds(facts.now, durations.reduce((sum, each) => sum + each, 0) / durations.length);
    }
  }
}
