import { addSeconds, type Instant } from "@windlass/contract";
import type { AttemptStart, LocalQueues, OpenAttempt, StartAnswer } from "../../src/store/attempts.ts";
import type { ClaimedAttempt } from "../../src/store/held-attempts.ts";
import type { InstanceRow } from "./rows.ts";
import { lockOf, type Server, type Session } from "./session.ts";
import type { Tables } from "./tables.ts";

function currentOf(tables: Tables, attemptId: string): InstanceRow | undefined {
  const attempt = tables.attempts.get(attemptId);
  return attempt && tables.instances.get(attempt.taskInstanceId);
}

/** `renewLeases` on the double. @param stamped what a lease counts from, where not from the database's now */
export async function renewInMemory(
  session: Session,
  attemptIds: readonly string[],
  leaseSeconds: number,
  stamped: Instant | undefined,
): Promise<readonly string[]> {
  const { tables, defects } = session.server;
  const mayBe = attemptIds.filter((id) => isHeld(session.server, currentOf(tables, id), id));
  await session.lock(mayBe.map((id) => lockOf.instance(currentOf(tables, id)?.id ?? 0)));
  const held = mayBe.filter((id) => isHeld(session.server, currentOf(tables, id), id));
  const from = stamped !== undefined && defects.has("lease_by_process_clock") ? stamped : tables.now();
  session.write(() => {
    for (const id of held) {
      const row = currentOf(tables, id);
      if (row) tables.putInstance({ ...row, leaseUntil: addSeconds(from, leaseSeconds) });
    }
  });
  return held;
}

function isHeld({ tables }: Server, row: InstanceRow | undefined, attemptId: string): boolean {
  if (row?.attemptId !== attemptId || row.state !== "running" || row.leaseUntil === null) return false;
  return row.leaseUntil > tables.now();
}

/** `listExpiredLeases` on the double. */
export function expiredInMemory(tables: Tables, marginSeconds: number, limit: number): readonly OpenAttempt[] {
  const before = addSeconds(tables.now(), -marginSeconds);
  return [...tables.instances.values()]
    .filter((row) => row.state === "running" && row.leaseUntil !== null && row.leaseUntil < before)
    .toSorted((a, b) => ((a.leaseUntil ?? "") < (b.leaseUntil ?? "") ? -1 : 1))
    .slice(0, limit)
    .map(openAttempt);
}

/** `listStuckRestarting` on the double. */
export function restartingInMemory(tables: Tables, olderThanSeconds: number, limit: number): readonly OpenAttempt[] {
  const before = addSeconds(tables.now(), -olderThanSeconds);
  return [...tables.instances.values()]
    .filter((row) => row.state === "restarting" && row.updatedAt < before)
    .toSorted((a, b) => a.id - b.id)
    .slice(0, limit)
    .map(openAttempt);
}

/** `listStuckQueued` on the double. */
export function stuckInMemory(
  tables: Tables,
  olderThanSeconds: number,
  limit: number,
  { named, allBut }: LocalQueues,
): readonly OpenAttempt[] {
  const before = addSeconds(tables.now(), -olderThanSeconds);
  return [...tables.instances.values()]
    .filter((row) => {
      const sentAt = tables.outbox.get(row.attemptId)?.sentAt ?? null;
      const isOurs = named.includes(row.queue) || (allBut !== null && !allBut.includes(row.queue));
      return row.state === "queued" && row.updatedAt < before && isOurs && !(sentAt !== null && sentAt > before);
    })
    .toSorted((a, b) => a.id - b.id)
    .slice(0, limit)
    .map(openAttempt);
}

/** `listAttemptsOfBoots` on the double. */
export function ofBootsInMemory(tables: Tables, deadBootIds: readonly string[]): readonly OpenAttempt[] {
  return [...tables.instances.values()]
    .filter((row) => {
      const bootId = tables.attempts.get(row.attemptId)?.bootId ?? null;
      return row.state === "running" && bootId !== null && deadBootIds.includes(bootId);
    })
    .map(openAttempt);
}

function openAttempt({ attemptId, dagRunId }: InstanceRow): OpenAttempt {
  return { attemptId, dagRunId };
}

/** `startAttempt` on the double. */
export async function startInMemory(session: Session, start: AttemptStart, leaseSeconds: number): Promise<StartAnswer> {
  const { tables, defects } = session.server;
  const { attemptId, hostname, pid, startDate, bootId } = start;
  const dagRunId = currentOf(tables, attemptId)?.dagRunId;
  if (dagRunId === undefined) return { kind: "refused" };
  await session.lock([lockOf.run(dagRunId)]);
  const row = currentOf(tables, attemptId);
  const run = tables.runs.get(dagRunId);
  const attempt = tables.attempts.get(attemptId);
  if (!row || !run || !attempt) return { kind: "refused" };
  await session.lock([lockOf.instance(row.id)]);
  if (defects.has("start_unconditional") || (row.attemptId === attemptId && row.state === "queued")) {
    const now = tables.now();
    const started: InstanceRow = {
      ...row,
      ...{ state: "running", startDate: row.startDate ?? startDate, hostname, pid, updatedAt: now },
      leaseUntil: addSeconds(now, leaseSeconds),
    };
    const eventId = tables.nextId("event");
    session.write(() => {
      tables.putInstance(started);
      tables.putAttempt({ ...attempt, startedAt: startDate, hostname, pid, bootId });
      tables.outbox.delete(attemptId);
      tables.putRun({ ...run, version: run.version + 1, updatedAt: now });
      tables.events.push({
        ...{ id: eventId, at: startDate, dagId: run.dagId, dagRunId, taskInstanceId: row.id, attemptId },
        ...{ fromState: "queued", toState: "running", tryNumber: row.tryNumber, reason: "attempt_started" },
      });
    });
    return { kind: "started", dagRunId, again: false };
  }
  const isSame =
    row.attemptId === attemptId &&
    row.state === "running" &&
    attempt.hostname === hostname &&
    attempt.pid === pid &&
    attempt.startedAt === startDate;
  return isSame ? { kind: "started", dagRunId, again: true } : { kind: "refused" };
}

/** `claimQueued` on the double. */
export function claimInMemory(
  tables: Tables,
  queues: readonly string[],
  limit: number,
  againAfterSeconds: number,
): readonly ClaimedAttempt[] {
  const before = addSeconds(tables.now(), -againAfterSeconds);
  const chosen = [...tables.outbox.values()]
    .flatMap((row) => {
      const instance = currentOf(tables, row.attemptId);
      const isFree = row.sentAt === null || row.sentAt < before;
      if (!instance || instance.attemptId !== row.attemptId || instance.state !== "queued" || !isFree) return [];
      return queues.includes(instance.queue) ? [instance] : [];
    })
    .toSorted(
      (a, b) =>
        b.priorityWeight - a.priorityWeight ||
        ((a.queuedAt ?? "") < (b.queuedAt ?? "") ? -1 : Number(a.queuedAt !== b.queuedAt)) ||
        a.id - b.id,
    )
    .slice(0, limit);
  for (const { attemptId } of chosen) tables.outbox.set(attemptId, { attemptId, sentAt: tables.now() });
  return chosen.map(({ attemptId, dagRunId }) => ({ attemptId, dagRunId }));
}
