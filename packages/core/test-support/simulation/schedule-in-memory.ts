import { type Instant, invariant } from "@windlass/contract";
import { nextRun, type RunDates } from "../../src/domain/schedule/next-run.ts";
import type { DueDag } from "../../src/store/scheduled-dags.ts";
import type { DagRow, RunRow } from "./rows.ts";
import { lockOf, type Session } from "./session.ts";
import type { Tables } from "./tables.ts";

/** `lockDueDags` on the double. Timetables of a file's own it does not have. */
export async function lockDueInMemory(session: Session, now: Instant, limit: number): Promise<readonly DueDag[]> {
  const { tables } = session.server;
  const due: DueDag[] = [];
  const asked = [...tables.dags.values()].filter((dag) => isDue(tables, dag, now)).toSorted(byNextRun);
  for (const dag of asked) {
    if (due.length >= limit) break;
    if (!(await session.lockIfFree(lockOf.dag(dag.dagId)))) continue;
    due.push({
      dagId: dag.dagId,
      dagVersionId: dag.currentVersionId,
      dag: tables.version(dag.currentVersionId).dag,
      dates: datesOf(tables, dag, now),
    });
  }
  return due;
}

function isDue(tables: Tables, dag: DagRow, now: Instant): boolean {
  if (dag.isPaused || dag.nextRunAfter === null || dag.nextRunAfter > now) return false;
  let active = 0;
  for (const run of tables.runs.values())
    if (run.dagId === dag.dagId && (run.state === "queued" || run.state === "running")) active += 1;
  return active < tables.version(dag.currentVersionId).dag.maxActiveRuns;
}

function byNextRun(a: DagRow, b: DagRow): number {
  const [left, right] = [a.nextRunAfter ?? "", b.nextRunAfter ?? ""];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function datesOf(tables: Tables, { dagId, currentVersionId, nextRunAfter }: DagRow, now: Instant): RunDates | null {
  const { schedule, startDate, endDate, catchup } = tables.version(currentVersionId).dag;
  invariant(schedule.kind !== "custom" && schedule.kind !== "assets_or_time", "the double has no timetables");
  if (schedule.kind === "dates" && nextRunAfter !== null) {
    const at = nextRunAfter;
    return { logicalDate: at, dataIntervalStart: at, dataIntervalEnd: at, runAfter: at };
  }
  return nextRun(schedule, { last: lastScheduled(tables, dagId), startDate, endDate, catchup, now });
}

function lastScheduled(
  tables: Tables,
  dagId: string,
): Pick<RunDates, "dataIntervalStart" | "dataIntervalEnd" | "runAfter"> | null {
  let last: RunRow | undefined;
  for (const run of tables.runs.values()) {
    if (run.dagId !== dagId || run.runType !== "scheduled" || run.logicalDate === null) continue;
    if (last?.logicalDate == null || run.logicalDate > last.logicalDate) last = run;
  }
  if (!last?.dataIntervalStart || !last.dataIntervalEnd) return null;
  const { dataIntervalStart, dataIntervalEnd, runAfter } = last;
  return { dataIntervalStart, dataIntervalEnd, runAfter };
}

/** `storeNextRun` on the double. */
export function storeNextInMemory(session: Session, { dag, dagId }: DueDag, last: RunDates, now: Instant): boolean {
  const { schedule, startDate, endDate, catchup } = dag;
  storeDates(session, dagId, nextRun(schedule, { last, startDate, endDate, catchup, now }));
  return false;
}

/** `storeNotDue` on the double, and what `storeNextRun` writes. */
export function storeDates(session: Session, dagId: string, next: RunDates | null): void {
  const { tables } = session.server;
  session.write(() => {
    const dag = tables.dags.get(dagId);
    if (!dag) return;
    tables.dags.set(dagId, {
      ...dag,
      nextLogicalDate: next?.logicalDate ?? null,
      nextDataIntervalStart: next?.dataIntervalStart ?? null,
      nextDataIntervalEnd: next?.dataIntervalEnd ?? null,
      nextRunAfter: next?.runAfter ?? null,
    });
  });
}
