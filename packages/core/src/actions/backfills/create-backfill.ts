import { invariant, type JsonObject, refusal, RefusalError, toAirflowText, type Verdict } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { clearTaskInstances } from "../../domain/clear.ts";
import {
  adoptRuns,
  type BackfillDate,
  findActiveBackfill,
  insertBackfill,
  insertBackfillDates,
  type StoredBackfill,
} from "../../store/backfills.ts";
import { insertRuns, type NewRun } from "../../store/runs.ts";
import type { Action, Findings } from "../action.ts";
import type { ActionContext } from "../context.ts";
import type { ActionRequest } from "../request.ts";
import { changeRuns } from "../runs/change-run.ts";
import { onNewestVersion } from "../task-instances/clear-task-instances.ts";
import { moveToVersion } from "../task-instances/move-to-newest.ts";
import type { BackfillInput, CreatedBackfill } from "./backfill-input.ts";
import { type BackfillPlan, type JudgedDate, judgeDates, planBackfill } from "./backfill-plan.ts";

/**
 * Makes a backfill with all its runs, in one transaction: a crash leaves the whole of it or nothing. Runs that are there already are made anew or
 * left, as its `reprocessBehavior` says.
 */
export const createBackfill: Action<BackfillInput, BackfillPlan, CreatedBackfill> = {
  name: "backfill.create",
  event: "create_backfill",
  subject: ({ dagId }) => ({ dagId }),
  async decide(context, request, input): Promise<Findings<BackfillPlan>> {
    const [found, active] = await Promise.all([
      planBackfill(context, request, input),
      findActiveBackfill(context.database, input.dagId),
    ]);
    const verdicts: Verdict[] = [...found.verdicts];
    if (active) verdicts.push(alreadyRunning(active));
    if (found.plan?.dates.length === 0) verdicts.push(noRuns(found.plan));
    return { ...found, verdicts };
  },
  async execute(tx, context, request, plan) {
    const { dagId, conf, fromDate, toDate, reprocessBehavior, runBackwards, maxActiveRuns } = plan.input;
    const id = await insertBackfill(tx, {
      dagId,
      fromDate,
      toDate,
      conf,
      reprocessBehavior,
      runBackwards,
      maxActiveRuns,
      at: context.clock.now(),
      triggeringUser: request.principal.name,
    });
    if (id === undefined) {
      const active = await findActiveBackfill(tx, dagId);
      throw new RefusalError(alreadyRunning(active ?? { id: 0, dagId }).refusal);
    }
    const made = await makeRuns(tx, context, request, plan, id);
    await insertBackfillDates(tx, id, made);
    const runs = made.filter(({ dagRunId }) => dagRunId !== null).length;
    return {
      result: { id, dagId, runs },
      subject: { object: String(id) },
      extra: { from_date: fromDate, to_date: toDate, reprocess_behavior: reprocessBehavior, runs },
      // The runs are not named: there may be thousands, and only as many as have room are worth reading.
      afterCommit: () => context.signals.dagChanged(dagId),
    };
  },
};

async function makeRuns(
  tx: Sql,
  context: ActionContext,
  request: ActionRequest,
  plan: BackfillPlan,
  backfillId: number,
): Promise<readonly BackfillDate[]> {
  const judged = await judgeDates(tx, plan, true);
  const fresh = judged.filter(({ outcome }) => outcome === "new");
  const runs = fresh.map((each) => newRun(context, request, plan, backfillId, each));
  const created: (number | null)[] = [];
  for (let from = 0; from < runs.length; from += RUNS_AT_ONCE) {
    const insertions = await insertRuns(tx, runs.slice(from, from + RUNS_AT_ONCE));
    // Somebody made a run of that date since it was looked for: then it is in flight.
    created.push(...insertions.map((each) => (each.kind === "created" ? each.id : null)));
  }
  const again = judged.flatMap(({ outcome, existing }) => (outcome === "reprocess" && existing ? [existing.id] : []));
  if (again.length > 0) {
    const { conf } = plan.input;
    await adoptRuns(tx, backfillId, again, conf === null ? null : { conf, params: plan.params });
    const usesNewest = onNewestVersion(context, plan.input, plan.dag, true);
    const moved = usesNewest ? await moveToVersion(tx, plan.versionId, again, null) : new Set<number>();
    await changeRuns(tx, context, again, (run) =>
      clearTaskInstances(run, new Set(run.taskInstances.map(({ id }) => id)), { onNewVersion: moved.has(run.id) }),
    );
  }
  const idOf = new Map(fresh.map(({ dates }, index) => [dates.logicalDate, created[index] ?? null]));
  return judged.map(({ dates: { logicalDate }, existing, outcome }, index): BackfillDate => {
    const place = { ordinal: index + 1, logicalDate };
    if (outcome === "reprocess") return { ...place, dagRunId: existing?.id ?? null, exceptionReason: null };
    if (outcome !== "new") return { ...place, dagRunId: null, exceptionReason: outcome };
    const dagRunId = idOf.get(logicalDate);
    invariant(dagRunId !== undefined, "a date of a backfill was asked for and not answered");
    return { ...place, dagRunId, exceptionReason: dagRunId === null ? "in flight" : null };
  });
}

const RUNS_AT_ONCE = 500;

function newRun(
  context: ActionContext,
  request: ActionRequest,
  { dag, versionId, params, input }: BackfillPlan,
  backfillId: number,
  { dates }: JudgedDate,
): NewRun {
  const identity = { runId: `backfill__${toAirflowText(dates.runAfter, "+00:00")}`, ...dates };
  const now = context.clock.now();
  return {
    dagId: dag.dagId,
    dagVersionId: versionId,
    moment: now,
    identity: () => identity,
    given: { runId: true, logicalDate: true },
    runType: "backfill",
    triggeredBy: "backfill",
    triggeringUser: request.principal.name,
    queuedAt: now,
    conf: input.conf ?? {},
    params,
    note: null,
    noteAccountId: null,
    launchContext: launchContext(request, backfillId),
    backfillId,
  };
}

function launchContext({ door, dialect, principal, requestId }: ActionRequest, backfillId: number): JsonObject {
  const credential = { kind: principal.credential.kind, id: principal.credential.id };
  return {
    door,
    dialect,
    principal: { kind: principal.kind, name: principal.name },
    credential,
    request_id: requestId,
    backfill_id: backfillId,
  };
}

function alreadyRunning({ id, dagId }: Pick<StoredBackfill, "id" | "dagId">): Verdict {
  const airflow = { v2: `There is already a running backfill for dag ${dagId}` };
  return {
    phase: "state",
    refusal: refusal("backfill.already_running", { backfill_id: id, dag_id: dagId }, { currentValue: id, airflow }),
  };
}

function noRuns({ dag, input: { fromDate, toDate } }: BackfillPlan): Verdict {
  const said = `No runs to create for Dag ${dag.dagId} in the range [${pythonText(fromDate)}, ${pythonText(toDate)}]`;
  const data = { dag_id: dag.dagId, from_date: fromDate, to_date: toDate };
  return { phase: "conflict", refusal: refusal("backfill.no_runs", data, { airflow: { v2: said } }) };
}

function pythonText(moment: BackfillPlan["input"]["fromDate"]): string {
  return toAirflowText(moment, "+00:00").replace("T", " ");
}
