import {
  type HumanAnswer,
  type HumanUser,
  type Instant,
  type JsonObject,
  type Principal,
  refusal,
  type Refusal,
  RefusalError,
  type Verdict,
} from "@windlass/contract";
import { filledIn, judgeAnswer } from "../../domain/human/judge-answer.ts";
import { triggerFired } from "../../domain/reports.ts";
import { asPayload } from "../../domain/wait-over.ts";
import { findHumanStep, type HumanStepRow } from "../../queries/human-steps.ts";
import { findTaskInstance } from "../../queries/task-instances.ts";
import { lockRun } from "../../store/runs-between.ts";
import type { Action, Findings } from "../action.ts";
import { changeRun } from "../runs/change-run.ts";
import { unknownTaskInstance } from "../task-instances/unknown-task-instance.ts";

/** An answer to the question of a task instance. */
export interface AnswerHumanInput {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly chosenOptions: readonly string[];
  readonly paramsInput: JsonObject;
}

/** The answer as it is kept. */
export interface AnsweredHumanStep {
  readonly respondedBy: HumanUser;
  readonly respondedAt: Instant;
  readonly chosenOptions: readonly string[];
  readonly paramsInput: JsonObject;
}

interface AnswerPlan {
  readonly input: AnswerHumanInput;
  readonly step: HumanStepRow;
}

/**
 * Answers the question that a task instance waits for. The answer and what follows for the task instance are one commit under the run's lock, so the first
 * of two answers counts, and neither the time-out nor a clear can come in between.
 */
export const answerHuman: Action<AnswerHumanInput, AnswerPlan, AnsweredHumanStep> = {
  name: "human_step.answer",
  event: "update_hitl_detail",
  subject: ({ dagId, runId, taskId, mapIndex }) => ({ dagId, runId, taskId, mapIndex }),
  async decide(context, request, input): Promise<Findings<AnswerPlan>> {
    const { dagId, runId, taskId, mapIndex } = input;
    const instance = await findTaskInstance(context.database, dagId, runId, taskId, mapIndex);
    if (!instance) {
      const v2 = `The Task Instance with dag_id: \`${dagId}\`, run_id: \`${runId}\`, task_id: \`${taskId}\` and map_index: \`${String(mapIndex)}\` was not found`;
      const { refusal: unknown } = unknownTaskInstance({ dagId, run: { runId }, taskId, mapIndex }, v2);
      return { verdicts: [{ phase: "existence", refusal: unknown }], warnings: [], plan: null };
    }
    const step = await findHumanStep(context.database, instance.id);
    if (!step) {
      const airflow = {
        v2: `Human-in-the-loop detail does not exist for Task Instance with id ${instance.attemptId}`,
      };
      const none = refusal("human_step.none", { task_id: taskId, run_id: runId }, { airflow });
      return { verdicts: [{ phase: "existence", refusal: none }], warnings: [], plan: null };
    }
    const verdicts = verdictsOn(step, request.principal, input);
    return { verdicts, warnings: [], plan: { input, step } };
  },
  async execute(tx, context, request, { input, step }) {
    if (!(await lockRun(tx, step.dagRunId))) throw new RefusalError(notWaiting(step));
    // As it is now that nobody else can change it.
    const now = await findHumanStep(tx, step.taskInstanceId);
    const [closed] = now ? closedVerdicts(now) : [notWaiting(step)];
    if (closed || !now) throw new RefusalError(closed ?? notWaiting(step));
    const at = context.clock.now();
    const { id, name } = request.principal;
    const respondedBy: HumanUser = { id: String(id), name };
    const answer: HumanAnswer = {
      chosen_options: input.chosenOptions,
      params_input: filledIn(now.request, input.paramsInput),
      responded_at: at,
      responded_by_user: respondedBy,
      timedout: false,
    };
    await changeRun(tx, context, step.dagRunId, (run) => {
      const fired = triggerFired(run, now.attemptId, { kind: "event", payload: asPayload(answer) }, at);
      if (!fired.accepted) throw new RefusalError(notWaiting(now));
      return fired;
    });
    const { chosen_options: chosenOptions, params_input: paramsInput } = answer;
    return {
      result: { respondedBy, respondedAt: at, chosenOptions, paramsInput },
      extra: { chosen_options: [...chosenOptions], params_input: Object.keys(paramsInput) },
      afterCommit: () => {
        context.signals.runChanged(step.dagRunId);
      },
    };
  },
};

function verdictsOn(step: HumanStepRow, principal: Principal, input: AnswerHumanInput): readonly Verdict[] {
  const closed = closedVerdicts(step);
  // Judged whatever the schema said: a field that is wrong is absent here.
  const given: Partial<AnswerHumanInput> = input;
  const answer =
    given.chosenOptions === undefined
      ? []
      : judgeAnswer(step.request, principal, {
          chosenOptions: input.chosenOptions,
          paramsInput: given.paramsInput ?? {},
        });
  return [...closed, ...answer].map((each) => ({ phase: "conflict", refusal: each }));
}

/** That the question is not open any more. */
function closedVerdicts(step: HumanStepRow): readonly Refusal[] {
  if (step.isOpen) return [];
  if (step.respondedAt === null) return [notWaiting(step)];
  const data = {
    who: step.respondedBy?.name ?? "Nobody in time, so the default",
    chosen: step.chosenOptions?.join(", ") ?? "",
    at: step.respondedAt,
  };
  const airflow = {
    v2: `Human-in-the-loop detail has already been updated for Task Instance with id ${step.attemptId} and is not allowed to write again.`,
  };
  return [refusal("human_step.answered", data, { airflow })];
}

function notWaiting({ taskId, runId, state }: HumanStepRow): Refusal {
  return refusal("human_step.not_waiting", { task_id: taskId, run_id: runId, state: state ?? "without a state" });
}
