import { toAirflowText, type Clock, type Instant } from "@windlass/contract";
import { defaultParams } from "../../domain/schedule/default-params.ts";
import type { RunDates } from "../../domain/schedule/next-run.ts";
import type { NewRun } from "../../store/runs.ts";
import type { DueDag } from "../../store/scheduled-dags.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

/** What making scheduled runs came to. */
export interface ScheduledRuns {
  /** Keys of the runs made. */
  readonly runIds: readonly number[];
  /** More may be due at once: the batch was full, or a Dag catches up. */
  readonly more: boolean;
  /** The dates that a timetable of a file's own named run low. */
  readonly timetablesLow: boolean;
}

/** Makes the runs that schedules ask for and that are due, and writes when each Dag runs next, in one transaction. */
export async function makeScheduledRuns(store: SchedulerStore, clock: Clock, limit: number): Promise<ScheduledRuns> {
  const now = clock.now();
  return store.transaction(async (tx) => {
    const due = await tx.lockDueDags(now, limit);
    if (due.length === 0) return { runIds: [], more: false, timetablesLow: false };
    const isDue = (each: DueDag): each is DueDag & { readonly dates: RunDates } =>
      each.dates !== null && each.dates.runAfter <= now;
    const ready = due.filter(isDue);
    const inserted = await tx.insertRuns(ready.map((each) => newRun(each, each.dates, now)));
    // A run with that id or logical date may be there already, made by hand: then the schedule goes on behind it.
    let timetablesLow = false;
    for (const each of ready) if (await tx.storeNextRun(each, each.dates, now)) timetablesLow = true;
    for (const each of due) if (!isDue(each)) await tx.storeNotDue(each);
    const runIds = inserted.flatMap((each) => (each.kind === "created" ? [each.id] : []));
    return { runIds, more: ready.length > 0, timetablesLow };
  });
}

function newRun({ dagId, dagVersionId, dag }: DueDag, dates: RunDates, now: Instant): NewRun {
  const identity = { runId: `scheduled__${toAirflowText(dates.logicalDate, "+00:00")}`, ...dates };
  return {
    dagId,
    dagVersionId,
    moment: now,
    identity: () => identity,
    given: { runId: true, logicalDate: true },
    runType: "scheduled",
    triggeredBy: "timetable",
    triggeringUser: null,
    queuedAt: now,
    conf: {},
    params: defaultParams(dag),
    note: null,
    noteAccountId: null,
    launchContext: { door: "timetable" },
  };
}
