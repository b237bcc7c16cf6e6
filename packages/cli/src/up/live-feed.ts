import type { Clock } from "@windlass/contract";
import type { LiveFeed as CommittedChanges } from "@windlass/core/queries";
import type { LiveEvent, LiveFeed } from "@windlass/server";

// A screen that was away for longer reads everything anew; so many events are a few hundred runs.
const KEPT = 10_000;

/** The feed, and what its owner does with it. */
export interface OwnLiveFeed extends LiveFeed {
  refused(accountId: number | null): void;
  /** Goes on after the newest event that is stored. Before anybody reads. */
  goOnAfter(newestId: number): void;
}

/** The server's stream of changes, fed by what the engine commits: numbered by event row, the newest ones kept for readers that come back. */
export function liveFeed(changes: CommittedChanges, newestId: number, clock: Clock): OwnLiveFeed {
  const kept: LiveEvent[] = [];
  const listeners = new Set<(event: LiveEvent) => void>();
  let latest = newestId;
  // The feed knows everything after this id.
  let floor = newestId;

  const publish = (event: LiveEvent): void => {
    latest = Math.max(latest, event.id);
    kept.push(event);
    if (kept.length > KEPT) floor = kept.shift()?.id ?? floor;
    for (const listener of listeners) listener(event);
  };
  // What has no event row of its own takes the newest id: a reader that comes back may see it twice, never miss it.
  const hint = (kind: LiveEvent["kind"], dagId: string | null, accountId: number | null): void => {
    publish({
      id: latest,
      kind,
      dagId,
      runId: null,
      taskId: null,
      mapIndex: null,
      state: null,
      accountId,
      at: clock.now(),
    });
  };

  changes.subscribe((batch) => {
    const at = clock.now();
    for (const change of batch) {
      if (change.kind === "dag") hint("dag", change.dagId, null);
      else if (change.kind === "import_errors") hint("import_error", null, null);
      else if (change.kind === "refused_requests") hint("refusal", null, null);
      else {
        publish({
          id: change.eventId,
          kind: change.kind === "run" ? "dag_run" : "task_instance",
          dagId: change.dagId,
          runId: change.runId,
          taskId: change.taskId,
          mapIndex: change.mapIndex,
          state: change.state,
          accountId: null,
          at,
        });
      }
    }
  });
  return {
    latest: () => latest,
    since: (cursor) => (cursor < floor ? undefined : kept.filter((event) => event.id > cursor)),
    subscribe(onEvent) {
      listeners.add(onEvent);
      return () => {
        listeners.delete(onEvent);
      };
    },
    goOnAfter(id) {
      latest = Math.max(latest, id);
      floor = Math.max(floor, id);
    },
    refused: (accountId) => {
      hint("refusal", null, accountId);
    },
  };
}
