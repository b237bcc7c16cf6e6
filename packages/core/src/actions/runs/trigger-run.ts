import {
  InvariantError,
  type JsonObject,
  type JsonValue,
  RefusalError,
  refusal,
  type Refusal,
  type Verdict,
  warning,
} from "@windlass/contract";
import { clashRefusal } from "../../domain/decide/clash.ts";
import { correctedTrigger } from "../../domain/decide/corrected-trigger.ts";
import { dateFindings } from "../../domain/decide/dates.ts";
import { paramFindings } from "../../domain/decide/params.ts";
import { requirementVerdicts } from "../../domain/decide/requirements.ts";
import { runIdVerdicts } from "../../domain/decide/run-id.ts";
import { confSizeVerdicts, noteVerdicts } from "../../domain/decide/sizes.ts";
import { startWarnings } from "../../domain/decide/start-warnings.ts";
import { DatabaseError } from "../../database/database-error.ts";
import { findClashingRuns } from "../../store/clashing-run.ts";
import type { NewRun } from "../../store/runs.ts";
import type { Action, Alongside, DecideMode, Executed, Findings } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { dagFindings } from "../dags/dag-findings.ts";
import type { ActionRequest } from "../request.ts";
import { inferredInterval } from "./inferred-interval.ts";
import { planRun, runTypeOf, type RunPlan, triggeredRun } from "./run-plan.ts";
import { runIdPattern } from "./run-id-pattern.ts";
import { suppliesFor } from "./supplies.ts";
import type { TriggerInput, TriggeredRun } from "./trigger-input.ts";
import { unservedQueues } from "./unserved-queues.ts";

/** Makes a run by hand: the decision that every door shares, and the commit that many triggers share. */
export const triggerRun: Action<TriggerInput, RunPlan, TriggeredRun> = {
  name: "dag_run.create",
  event: "trigger_dag_run",
  subject: (input) => ({ dagId: input.dagId, ...(input.dagRunId ? { runId: input.dagRunId } : {}) }),
  decide: decideTrigger,
  execute: () =>
    Promise.reject(new InvariantError("triggers are submitted, so that they share commits; never executed alone")),
  submit: submitTrigger,
};

async function decideTrigger(
  context: ActionContext,
  request: ActionRequest,
  input: TriggerInput,
  mode: DecideMode,
): Promise<Findings<RunPlan>> {
  const { config } = context;
  const { facts, verdicts: dagVerdicts } = await dagFindings(context, request.principal, input.dagId);
  const runId = input.dagRunId ? input.dagRunId : null;
  const conf: JsonObject = input.conf ?? {};
  const verdicts: Verdict[] = [...dagVerdicts];
  if (runId !== null)
    verdicts.push(...runIdVerdicts(runId, runIdPattern(config.scheduler.allowed_run_id_pattern), request.dialect));
  verdicts.push(...noteVerdicts(input.note, config.api.maximum_note_characters, "conflict", request.dialect));
  verdicts.push(...confSizeVerdicts(conf, config.api.maximum_conf_bytes));
  const dag = facts?.dag;
  const span = { dagId: input.dagId, startDate: dag?.startDate ?? null, endDate: dag?.endDate ?? null };
  const dates = dateFindings(input, span, config.api.airflow_strict, checkedV2Body(request));
  verdicts.push(...dates.verdicts);
  const warnings = [...dates.warnings];
  let examples: JsonObject = {};
  if (!dag || facts.versionId === null)
    return { verdicts: corrected(request, verdicts, examples), warnings, plan: null };
  const runType = runTypeOf(request, input);
  if (dag.allowedRunTypes !== null && !dag.allowedRunTypes.includes(runType)) {
    const code = request.attempt ? "dag.no_operator_runs" : "dag.no_manual_runs";
    verdicts.push({
      phase: "state",
      refusal: refusal(code, { dag_id: dag.dagId, allowed: dag.allowedRunTypes.join(", ") }),
    });
  }
  if (dag.tasks.length === 0)
    verdicts.push({ phase: "state", refusal: refusal("run.no_tasks", { dag_id: dag.dagId }) });
  const found = paramFindings(dag, conf);
  const confIsWrong =
    request.verdicts?.some(({ refusal: each }) => each.pointer?.startsWith("/conf") === true) === true;
  if (!confIsWrong) {
    verdicts.push(...found.verdicts);
    warnings.push(...found.warnings);
  }
  examples = found.examples;
  verdicts.push(...requirementVerdicts(dag, await suppliesFor(context, facts)));
  const inferred = await inferredInterval(context, input, facts, dag);
  const plan = planRun(context, request, input, { ...facts, dag, versionId: facts.versionId }, found.params, inferred);
  if (mode === "check" || verdicts.length > 0) verdicts.push(...(await clashVerdicts(context, request, plan)));
  if (request.dialect === "v2" && input.logicalDate === undefined && !hasVerdictAt(request, "/logical_date"))
    warnings.push(warning("logical_date_missing"));
  warnings.push(
    ...startWarnings({
      dagId: dag.dagId,
      isPaused: facts.isPaused,
      runningRuns: await context.dags.runningRuns(dag.dagId),
      maxActiveRuns: dag.maxActiveRuns,
      runAfter: plan.identity.runAfter,
      now: plan.run.queuedAt,
      schedulerSilence: await context.dags.schedulerSilence(),
      unservedQueues: await unservedQueues(context, dag),
      api: request.dialect === "v1" ? "v1" : "v2",
    }),
  );
  return { verdicts: corrected(request, verdicts, examples), warnings, plan };
}

/** The body of a request by v2 whose schema found nothing wrong. */
function checkedV2Body(request: ActionRequest): JsonValue | undefined {
  if (request.dialect !== "v2" || request.verdicts?.some(({ phase }) => phase === "body") === true) return undefined;
  return request.body ?? null;
}

function hasVerdictAt(request: ActionRequest, pointer: string): boolean {
  return request.verdicts?.some(({ refusal: each }) => each.pointer === pointer) === true;
}

async function clashVerdicts(
  context: ActionContext,
  request: ActionRequest,
  plan: RunPlan,
): Promise<readonly Verdict[]> {
  const { given } = plan.run;
  const { runId, logicalDate } = plan.identity;
  if (!given.runId && !given.logicalDate) return [];
  const clashing = await findClashingRuns(
    context.database,
    plan.run.dagId,
    given.runId ? runId : null,
    given.logicalDate ? logicalDate : null,
  );
  const refusals: Refusal[] = [];
  // Airflow 2 names the date first where both clash.
  if (clashing.byDate)
    refusals.push(clashRefusal(plan.run.dagId, "logical_date", clashing.byDate, writtenDate(request)));
  if (clashing.byId) refusals.push(clashRefusal(plan.run.dagId, "run_id", clashing.byId));
  return refusals.map((each) => ({ phase: "conflict", refusal: each }));
}

function writtenDate(request: ActionRequest): unknown {
  const { body } = request;
  return typeof body === "object" && body !== null && "logical_date" in body ? body.logical_date : undefined;
}

/** Puts the request that would have been right beside the first refusal that a changed body can mend. */
function corrected(request: ActionRequest, verdicts: readonly Verdict[], examples: JsonObject): readonly Verdict[] {
  const mendable =
    verdicts.some(({ phase }) => phase !== "existence" && phase !== "state" && phase !== "requirements") ||
    (request.verdicts?.length ?? 0) > 0;
  if (!mendable || request.dialect === "native") return verdicts;
  const all = [...(request.verdicts ?? []), ...verdicts].map((each) => each.refusal);
  const suggestedRequest = correctedTrigger(
    { path: request.path, body: request.body, api: request.dialect },
    all,
    examples,
  );
  return verdicts.map((verdict) =>
    verdict.refusal.suggestedRequest ? verdict : { ...verdict, refusal: { ...verdict.refusal, suggestedRequest } },
  );
}

async function submitTrigger(
  context: ActionContext,
  request: ActionRequest,
  plan: RunPlan,
  alongside: Alongside<TriggeredRun>,
): Promise<Executed<TriggeredRun>> {
  const run: NewRun = plan.run;
  const executedFor = (created: Parameters<typeof triggeredRun>[1]): Executed<TriggeredRun> => ({
    result: triggeredRun(plan, created),
    subject: { runId: created.runId },
    extra: {
      conf_keys: Object.keys(run.conf),
      logical_date: created.logicalDate,
      ...(run.note === null ? {} : { note: true }),
    },
  });
  const { idempotency } = alongside;
  try {
    const insertion = await context.runs.submit({
      run,
      audit: (created) => alongside.audit(executedFor(created)),
      idempotency: idempotency === null ? null : (created) => idempotency(executedFor(created)),
    });
    if (insertion.kind === "created") return executedFor(insertion);
    const { existing, constraint } = insertion;
    if (constraint === "trigger_key") {
      // The attempt of before, of the same try, made it already.
      return executedFor({ kind: "created", ...plan.identity, ...existing });
    }
    const clash = clashRefusal(run.dagId, constraint, existing, writtenDate(request));
    const suggestedRequest =
      request.dialect === "native"
        ? undefined
        : correctedTrigger({ path: request.path, body: request.body, api: request.dialect }, [clash], {});
    throw new RefusalError(suggestedRequest === undefined ? clash : { ...clash, suggestedRequest });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind !== "foreign_key") throw error;
    context.dags.forget(run.dagId);
    throw new RefusalError(refusal("dag.unknown", { dag_id: run.dagId, near: "" }, { pointer: "path/dag_id" }));
  }
}
