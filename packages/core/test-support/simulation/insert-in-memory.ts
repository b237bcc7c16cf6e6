import { addMicros, invariant, type Instant } from "@windlass/contract";
import { isInSpan } from "../../src/domain/task-span.ts";
import type { ExistingRun, NewRun, RunIdentity, RunInsertion } from "../../src/store/runs.ts";
import { FRESH } from "./commit-in-memory.ts";
import type { RunRow } from "./rows.ts";
import { lockOf, type Session } from "./session.ts";

const MOST_MOVES = 10_000;

/** `insertRuns` on the double: a clash with what was given is told, an identity that the server made moves on by 1 µs until it is free. */
export async function insertInMemory(session: Session, runs: readonly NewRun[]): Promise<readonly RunInsertion[]> {
  const answers: RunInsertion[] = [];
  for (const run of runs) answers.push(await insertOne(session, run));
  return answers;
}

async function insertOne(session: Session, run: NewRun): Promise<RunInsertion> {
  let moment = run.moment;
  for (let moved = 0; moved < MOST_MOVES; moved += 1) {
    const identity = run.identity(moment);
    await session.lock(namesOf(run, identity));
    const clash = clashOf(session, run, identity);
    // The key of a row that is refused is used up all the same.
    if (clash) session.server.tables.nextId("run");
    else return { kind: "created", id: insertRow(session, run, identity), ...identity };
    if (clash.constraint === "trigger_key" || clash.isGiven)
      return { kind: "clash", constraint: clash.constraint, existing: existing(clash.row) };
    moment = addMicros(moment, 1);
  }
  invariant(false, "a server-made run id stays taken however far it moves");
}

/** Whoever inserts a unique key waits for another one that is about to. */
function namesOf({ dagId, triggerKey }: NewRun, { runId, logicalDate }: RunIdentity): readonly string[] {
  return [
    lockOf.runId(dagId, runId),
    ...(logicalDate === null ? [] : [lockOf.logicalDate(dagId, logicalDate)]),
    ...(triggerKey === undefined ? [] : [lockOf.triggerKey(triggerKey)]),
  ];
}

interface Clash {
  readonly constraint: "run_id" | "logical_date" | "trigger_key";
  readonly isGiven: boolean;
  readonly row: RunRow;
}

function clashOf(session: Session, run: NewRun, { runId, logicalDate }: RunIdentity): Clash | undefined {
  const there = new Map([...session.server.tables.runs, ...session.runs]);
  const find = (matches: (row: RunRow) => boolean): RunRow | undefined => [...there.values()].find(matches);
  const { dagId, given, triggerKey } = run;
  const sameCall = triggerKey === undefined ? undefined : find((row) => row.triggerKey === triggerKey);
  if (sameCall) return { constraint: "trigger_key", isGiven: true, row: sameCall };
  const sameId = find((row) => row.dagId === dagId && row.runId === runId);
  const sameDate =
    logicalDate === null ? undefined : find((row) => row.dagId === dagId && row.logicalDate === logicalDate);
  if (sameId && given.runId) return { constraint: "run_id", isGiven: true, row: sameId };
  if (sameDate && given.logicalDate) return { constraint: "logical_date", isGiven: true, row: sameDate };
  const taken = sameId ?? sameDate;
  return taken && { constraint: sameId ? "run_id" : "logical_date", isGiven: false, row: taken };
}

function existing({ id, runId, logicalDate, state, runType }: RunRow): ExistingRun {
  return { id, runId, logicalDate, state, runType };
}

function insertRow(session: Session, run: NewRun, identity: RunIdentity): number {
  const { tables } = session.server;
  const id = tables.nextId("run");
  const now: Instant = tables.now();
  const { dagId, dagVersionId, runType, triggeredBy, queuedAt, conf, params, triggerKey = null } = run;
  const row: RunRow = {
    ...{ id, dagId, dagVersionId, runType, triggeredBy, queuedAt, conf, params, triggerKey },
    ...identity,
    version: 0,
    state: "queued",
    startDate: null,
    endDate: null,
    lastSchedulingDecision: null,
    updatedAt: now,
  };
  session.runs.set(id, row);
  const { graph } = tables.version(dagVersionId);
  const instances = graph.order.flatMap((taskId) => {
    const task = graph.tasks.get(taskId);
    if (!task || !isInSpan(task, row)) return [];
    return [
      {
        ...{ id: tables.nextId("instance"), dagRunId: id, dagId, taskId, mapIndex: -1, dagVersionId },
        ...{ operator: task.operator, pool: task.pool, poolSlots: task.poolSlots, queue: task.queue },
        priorityWeight: graph.effectiveWeight.get(taskId) ?? task.priorityWeight,
        ...FRESH,
        maxTries: task.retry.attempts,
        attemptId: tables.uuid(),
        updatedAt: now,
      },
    ];
  });
  const eventId = tables.nextId("event");
  session.write(() => {
    tables.putRun(row);
    for (const instance of instances) tables.putInstance(instance);
    tables.events.push({
      ...{ id: eventId, at: queuedAt, dagId, dagRunId: id, taskInstanceId: null, attemptId: null },
      ...{ fromState: null, toState: "queued", tryNumber: null, reason: "run_created" },
    });
  });
  return id;
}
