import { type Instant, type JsonObject, refusal, type SerializedDag, type Verdict } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { backfillVerdicts } from "../../domain/backfill/backfill-verdicts.ts";
import { reasonToLeave } from "../../domain/backfill/reprocess.ts";
import { fillableSchedule, orderedPastDates, scheduleDates } from "../../domain/backfill/schedule-dates.ts";
import { paramFindings } from "../../domain/decide/params.ts";
import { confSizeVerdicts } from "../../domain/decide/sizes.ts";
import type { RunDates } from "../../domain/schedule/next-run.ts";
import { listRunsAt, type RunAtDate } from "../../store/backfills.ts";
import type { Findings } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { dagFindings } from "../dags/dag-findings.ts";
import type { ActionRequest } from "../request.ts";
import type { BackfillDateOutcome, BackfillInput } from "./backfill-input.ts";

/** A backfill makes its runs in one transaction; more than this would hold it, and the answer, for minutes. */
const MOST_BACKFILL_RUNS = 10_000;

/** A backfill that may be made. */
export interface BackfillPlan {
  readonly input: BackfillInput & { readonly fromDate: Instant; readonly toDate: Instant };
  readonly dag: SerializedDag;
  readonly versionId: number;
  /** Params of every run, from the conf. */
  readonly params: JsonObject;
  /** All dates of the range that have passed, in the order in which their runs are made. */
  readonly dates: readonly RunDates[];
}

/** What speaks against a backfill, and its dates: the same for its creation and for a dry run. */
export async function planBackfill(
  context: ActionContext,
  request: ActionRequest,
  input: BackfillInput,
): Promise<Findings<BackfillPlan>> {
  const { facts, verdicts: dagVerdicts } = await dagFindings(context, request.principal, input.dagId);
  const verdicts: Verdict[] = dagVerdicts.map(asAirflowsBackfill(input.dagId));
  const conf = input.conf ?? {};
  verdicts.push(...confSizeVerdicts(conf, context.config.api.maximum_conf_bytes));
  const dag = facts?.dag;
  if (!dag || facts.versionId === null) return { verdicts, warnings: [], plan: null };
  const found = paramFindings(dag, conf);
  // Airflow checks a conf that was given; params without a default may be missing where none was.
  if (input.conf !== null) verdicts.push(...found.verdicts.map(asUnprocessable));
  const { fromDate, toDate } = input;
  if (fromDate === undefined || toDate === undefined) return { verdicts, warnings: found.warnings, plan: null };
  const now = context.clock.now();
  const { runBackwards, reprocessBehavior } = input;
  verdicts.push(...backfillVerdicts(dag, { from: fromDate, to: toDate, runBackwards, reprocessBehavior }, now));
  if (verdicts.length > 0) return { verdicts, warnings: found.warnings, plan: null };
  const all = await datesOf(context, dag, facts.bundleHash, { from: fromDate, to: toDate });
  if (all === undefined) return { verdicts: [timetableSilent(dag)], warnings: found.warnings, plan: null };
  if (all.length > MOST_BACKFILL_RUNS) verdicts.push(tooMany(dag.dagId, fromDate, toDate));
  return {
    verdicts,
    warnings: found.warnings,
    plan: {
      input: { ...input, fromDate, toDate },
      dag,
      versionId: facts.versionId,
      params: found.params,
      dates: orderedPastDates(all, now, runBackwards),
    },
  };
}

/** The schedule's dates in a range; those of a custom timetable are asked for. undefined: it failed, or nobody here can ask it. */
async function datesOf(
  context: ActionContext,
  dag: SerializedDag,
  bundleHash: string | null,
  range: { readonly from: Instant; readonly to: Instant },
): Promise<readonly RunDates[] | undefined> {
  if (fillableSchedule(dag.schedule)?.kind !== "custom") return scheduleDates(dag, range, MOST_BACKFILL_RUNS + 1);
  const of = { dagId: dag.dagId, file: dag.relativeFileloc, bundleHash: bundleHash ?? "" };
  const answer = await context.timetables.ask(of, {
    kind: "next",
    last: null,
    startDate: range.from,
    endDate: range.to,
    catchup: true,
    now: range.to,
    count: MOST_BACKFILL_RUNS + 1,
  });
  // As on Airflow, its functions are told the range, and what they name is taken as it is, as long as it lies in it.
  return answer?.kind === "dates" ? answer.dates.filter(({ logicalDate }) => logicalDate >= range.from) : undefined;
}

function timetableSilent(dag: SerializedDag): Verdict {
  return { phase: "state", refusal: refusal("backfill.timetable_silent", { dag_id: dag.dagId }) };
}

/** Airflow's words where a backfill names a Dag that it does not know. */
function asAirflowsBackfill(dagId: string): (verdict: Verdict) => Verdict {
  return (verdict) =>
    verdict.refusal.code === "dag.unknown"
      ? { ...verdict, refusal: { ...verdict.refusal, airflow: { v2: `Could not find dag ${dagId}` } } }
      : verdict;
}

function asUnprocessable(verdict: Verdict): Verdict {
  const { refusal: each } = verdict;
  const pointer = each.pointer?.replace(/^\/conf/, "/dag_run_conf");
  return {
    ...verdict,
    refusal: { ...each, status: { ...each.status, v2: 422 }, ...(pointer !== undefined && { pointer }) },
  };
}

function tooMany(dagId: string, from: Instant, to: Instant): Verdict {
  const data = { dag_id: dagId, limit: MOST_BACKFILL_RUNS, from_date: from, to_date: to };
  return {
    phase: "limits",
    refusal: refusal("backfill.too_many_runs", data, { pointer: "/to_date", limit: MOST_BACKFILL_RUNS }),
  };
}

/** One date with the run that it has already. */
export interface JudgedDate {
  readonly dates: RunDates;
  readonly existing: RunAtDate | undefined;
  readonly outcome: BackfillDateOutcome["outcome"];
}

const AT_ONCE = 1_000;

/**
 * What becomes of each date of a plan, by the runs that are there.
 * @param lock whether these runs are about to be changed
 */
export async function judgeDates(sql: Sql, plan: BackfillPlan, lock: boolean): Promise<readonly JudgedDate[]> {
  const existing = new Map<Instant, RunAtDate>();
  for (let from = 0; from < plan.dates.length; from += AT_ONCE) {
    const moments = plan.dates.slice(from, from + AT_ONCE).map(({ logicalDate }) => logicalDate);
    for (const run of await listRunsAt(sql, plan.dag.dagId, moments, lock)) existing.set(run.logicalDate, run);
  }
  return plan.dates.map((dates) => {
    const run = existing.get(dates.logicalDate);
    const outcome = run === undefined ? "new" : (reasonToLeave(run.state, plan.input.reprocessBehavior) ?? "reprocess");
    return { dates, existing: run, outcome };
  });
}
