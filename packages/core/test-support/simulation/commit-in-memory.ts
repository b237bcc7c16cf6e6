import { addSeconds, invariant } from "@windlass/contract";
import {
  type CommitBatch,
  type Committed,
  type Expansion,
  type InstanceChange,
  RunsChangedMeanwhile,
} from "../../src/store/commit-transitions.ts";
import type { AttemptRow, InstanceRow } from "./rows.ts";
import { lockOf, type Session } from "./session.ts";
import { xcomAt } from "./tables.ts";

/**
 * `commitTransitions` on the double: the same comparisons under the same locks, the same rows.
 * @throws RunsChangedMeanwhile as that does
 */
export async function commitInMemory(session: Session, batch: CommitBatch): Promise<Committed> {
  const { tables, defects } = session.server;
  if (batch.runs.length === 0) return { eventIds: [], queuedDagIds: [] };
  invariant(
    batch.notices.length === 0 && batch.asked.length === 0 && batch.answered.length === 0,
    "the double has no callbacks and no questions",
  );
  invariant((batch.assetEvents ?? []).length === 0, "the double has no assets");
  const ids = batch.runs.map((run) => run.id);
  if (batch.expansions.length > 0) {
    await session.lock(ids.toSorted((a, b) => a - b).map(lockOf.run));
    for (const expansion of batch.expansions) expand(session, expansion);
  }
  await session.lock(ids.map(lockOf.run));
  const same = batch.runs.filter(({ id, version }) => {
    const row = session.run(id);
    return row !== undefined && (row.version === version || defects.has("version_ignored"));
  });
  if (same.length !== ids.length) {
    const found = new Set(same.map((run) => run.id));
    throw new RunsChangedMeanwhile(ids.filter((id) => !found.has(id)));
  }
  await session.lock(batch.instances.map(({ id }) => lockOf.instance(id)));
  const now = tables.now();
  const changed = batch.instances.flatMap((change): readonly Changed[] => {
    const before = session.instance(change.id);
    if (!before) return [];
    return before.attemptId === change.fromAttemptId && before.state === change.fromState ? [{ before, change }] : [];
  });
  if (changed.length !== batch.instances.length) throw new RunsChangedMeanwhile(ids);

  for (const { id, decidedAt, version: _, ...change } of same) {
    const before = session.run(id);
    invariant(before, "a locked run is gone");
    session.runs.set(id, {
      ...before,
      ...change,
      lastSchedulingDecision: decidedAt ?? before.lastSchedulingDecision,
      version: before.version + 1,
      updatedAt: now,
    });
  }
  for (const each of changed) writeInstance(session, batch, each);
  session.write(() => {
    for (const id of ids) {
      const row = session.runs.get(id);
      if (row) tables.putRun(row);
    }
  });
  if (!defects.has("attempt_end_forgotten")) {
    session.write(() => {
      for (const { attemptId, endedAt, outcome, error } of batch.attemptsEnded) {
        const row = tables.attempts.get(attemptId);
        if (row) tables.putAttempt({ ...row, endedAt, outcome, error });
      }
    });
  }
  const eventIds = batch.events.map(() => tables.nextId("event"));
  const writeEvents = (): void => {
    batch.events.forEach((event, at) => tables.events.push({ id: eventIds[at] ?? 0, ...event }));
  };
  session.write(defects.has("event_apart") ? () => session.server.overdue.push(writeEvents) : writeEvents);
  session.write(() => {
    for (const { taskInstanceId, key, value } of batch.xcoms) {
      if (tables.instances.has(taskInstanceId))
        tables.xcoms.set(xcomAt(taskInstanceId, key), { taskInstanceId, key, value });
    }
  });
  return { eventIds, queuedDagIds: [] };
}

interface Changed {
  readonly before: InstanceRow;
  readonly change: InstanceChange;
}

function writeInstance(session: Session, batch: CommitBatch, { before, change }: Changed): void {
  const { tables, defects } = session.server;
  const now = tables.now();
  const isNew = change.attemptId !== change.fromAttemptId;
  const run = session.run(before.dagRunId);
  const { fromAttemptId, fromState: _, more, hostname, pid, ...columns } = change;
  const row: InstanceRow = {
    ...before,
    ...columns,
    hostname: hostname ?? before.hostname,
    pid: hostname === null ? before.pid : pid,
    dispatchSequence: before.dispatchSequence + (isNew ? 1 : 0),
    leaseUntil: change.state === "running" ? addSeconds(now, batch.leaseSeconds) : null,
    dagVersionId: isNew ? (run?.dagVersionId ?? before.dagVersionId) : before.dagVersionId,
    carry: more.carry ?? null,
    trigger: more.trigger ?? null,
    skips: more.skips ?? null,
    resultLength: more.result_length ?? null,
    renderedMapIndex: more.rendered_map_index ?? before.renderedMapIndex,
    updatedAt: now,
  };
  session.instances.set(row.id, row);
  const place = { hostname: row.hostname === "" ? null : row.hostname, pid: row.pid };
  const starts = { startedAt: batch.at, bootId: batch.bootId };
  const isRunning = row.state === "running";
  session.write(() => {
    tables.putInstance(row);
    if (isNew) {
      const attempt: AttemptRow = {
        attemptId: row.attemptId,
        taskInstanceId: row.id,
        tryNumber: row.tryNumber,
        dispatchSequence: row.dispatchSequence,
        queuedAt: row.queuedAt ?? now,
        startedAt: isRunning ? batch.at : null,
        endedAt: null,
        outcome: null,
        ...place,
        bootId: isRunning ? batch.bootId : null,
        error: null,
        dagVersionId: row.dagVersionId,
        maxTries: row.maxTries,
      };
      tables.putAttempt(attempt);
      if (row.dispatchSequence > 1)
        for (const [key, xcom] of tables.xcoms) if (xcom.taskInstanceId === row.id) tables.xcoms.delete(key);
    } else if (isRunning) {
      const attempt = tables.attempts.get(row.attemptId);
      if (attempt) tables.putAttempt({ ...attempt, ...starts, hostname: row.hostname, pid: row.pid });
    }
    if (row.state !== "queued" || isNew) tables.outbox.delete(fromAttemptId);
    if (row.state === "queued" && !tables.outbox.has(row.attemptId) && !defects.has("outbox_forgotten"))
      tables.outbox.set(row.attemptId, { attemptId: row.attemptId, sentAt: null });
  });
}

/** `expandMapped`: the instances of a mapped task, like one that is there. */
function expand(session: Session, { dagRunId, taskId, placeholderId, maxTries, made }: Expansion): void {
  const { tables } = session.server;
  const there = tables
    .instancesOf(dagRunId)
    .filter((each) => each.taskId === taskId)
    .toSorted((a, b) => a.mapIndex - b.mapIndex);
  const [model] = there;
  if (!model) return;
  const now = tables.now();
  for (const { id, attemptId, mapIndex } of made) {
    if (there.some((each) => each.mapIndex === mapIndex)) continue;
    const row: InstanceRow = {
      ...{ id, attemptId, mapIndex, maxTries, dagRunId, taskId },
      ...{ dagId: model.dagId, operator: model.operator, pool: model.pool, poolSlots: model.poolSlots },
      ...{ priorityWeight: model.priorityWeight, queue: model.queue, dagVersionId: model.dagVersionId },
      ...FRESH,
      updatedAt: now,
    };
    session.instances.set(id, row);
    session.write(() => {
      tables.putInstance(row);
    });
  }
  const placeholder = placeholderId === null ? undefined : session.instance(placeholderId);
  if (placeholder?.mapIndex !== -1) return;
  const row = { ...placeholder, mapIndex: 0 };
  session.instances.set(row.id, row);
  session.write(() => {
    tables.putInstance(row);
  });
}

/** The defaults of the columns that say how far a task instance is. */
export const FRESH = {
  state: null,
  tryNumber: 0,
  dispatchSequence: 0,
  scheduledAt: null,
  queuedAt: null,
  startDate: null,
  endDate: null,
  notBefore: null,
  leaseUntil: null,
  hostname: "",
  pid: null,
  error: null,
  carry: null,
  trigger: null,
  skips: null,
  resultLength: null,
  renderedMapIndex: null,
} as const;
