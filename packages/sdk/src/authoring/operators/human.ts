import type { HumanAnswer, HumanParam, HumanRequest, HumanUser, JsonValue } from "@windlass/contract";
import type { TaskContext } from "../context.ts";
import { defer, until } from "../defer.ts";
import { type Defined, type DagDefinition, definitionOf, isLinkable, type TaskDefinition } from "../definition.ts";
import type { Duration } from "../duration.ts";
import type { ParamsSource, ParamValues } from "../params.ts";
import type { TaskOptions } from "../task-options.ts";
import type { Linkable } from "../task-ref.ts";
import type { Operator } from "./operator.ts";
import { type OperatorValue, resolveValues, shown, wiredPart } from "./values.ts";

/** What every question to a person takes. */
export interface HumanOptions<P = Record<string, unknown>, F extends ParamsSource = ParamsSource> extends TaskOptions {
  /** The headline of the question. */
  readonly subject: OperatorValue<string, P>;
  /** What one has to know to decide, in Markdown. */
  readonly body?: OperatorValue<string, P>;
  /** User names of those who may answer, or their ids with the names to be shown. @default everybody who may answer human steps of the Dag */
  readonly assignees?: readonly (string | HumanUser)[];
  /** How long an answer is waited for. @default without end */
  readonly timeout?: Duration;
  /** Fields to be filled in with the answer: what `params` of a Dag takes. */
  readonly form?: F;
}

/** Options of `dag.approval`. */
export interface ApprovalOptions<
  P = Record<string, unknown>,
  F extends ParamsSource = ParamsSource,
> extends HumanOptions<P, F> {
  /** What counts when `timeout` is over. @default "fail" */
  readonly onTimeout?: "approve" | "reject" | "fail";
  /** A rejection skips everything behind the task, whatever the trigger rules say; otherwise only what stands directly behind it. @default false */
  readonly ignoreDownstreamTriggerRules?: boolean;
  /** A rejection fails the task. Seldom right: the question was answered. @default false */
  readonly failOnReject?: boolean;
}

/** Options of `dag.humanInput`. */
export interface HumanInputOptions<
  P = Record<string, unknown>,
  F extends ParamsSource = ParamsSource,
> extends HumanOptions<P, F> {
  readonly form: F;
  /** What counts when `timeout` is over: the form as it was shown, or a failure. @default "defaults", as on Airflow */
  readonly onTimeout?: "defaults" | "fail";
}

/** Options of `dag.humanChoice`. */
export interface HumanChoiceOptions<
  P = Record<string, unknown>,
  F extends ParamsSource = ParamsSource,
> extends HumanOptions<P, F> {
  readonly options: readonly string[];
  /** Whether several may be chosen. @default false */
  readonly multiple?: boolean;
  /** What is chosen when `timeout` is over. @default none: the task fails then */
  readonly defaults?: string | readonly string[];
}

/** Options of `dag.humanBranch`. */
export interface HumanBranchOptions<
  P = Record<string, unknown>,
  F extends ParamsSource = ParamsSource,
> extends HumanChoiceOptions<P, F> {
  /** Where each option leads: a task, a group, or an id. @default the task that is called like the option */
  readonly ways?: { readonly [option: string]: string | Linkable };
}

/** The answer as the task's result, with Airflow's names. */
export interface HumanResult<F = Record<string, unknown>> {
  readonly chosen_options: readonly string[];
  readonly params_input: F;
  /** A moment in UTC. */
  readonly responded_at: string;
  /** null: nobody did in time, and the defaults were taken. */
  readonly responded_by_user: HumanUser | null;
}

/** The result of a question with a form. */
export type HumanResultOf<F> = HumanResult<ParamValues<F>>;

const COMMON = ["subject", "body", "assignees", "timeout", "form"] as const;

/** A person said no, and that was to be a failure. */
class HumanRejected extends Error {
  override readonly name = "HumanRejected";
}

/** What of a question stands in the file. */
interface Question {
  readonly name: string;
  readonly ownOptions: readonly string[];
  readonly options: readonly string[];
  readonly defaults: readonly string[] | null;
  readonly multiple: boolean;
  /** What the answer makes of the task. */
  readonly result: (answer: HumanResult) => unknown;
}

/** A form's fields for the question. Loaded on demand: a Dag file that only declares them stays light. */
async function fieldsOf(form: unknown, dag: DagDefinition): Promise<{ readonly [name: string]: HumanParam }> {
  if (form === undefined) return {};
  const [{ serializeParams }, { Problems }] = await Promise.all([
    import("../../serialize/params.ts"),
    import("../../serialize/problems.ts"),
  ]);
  const params = serializeParams(form, { dagId: dag.dagId, site: dag.site, problems: new Problems("") });
  return Object.fromEntries(
    Object.entries(params).map(([name, { schema, default: value, description, optional }]) => [
      name,
      { value, description, schema, ...(optional === true && { optional }) },
    ]),
  );
}

function usersOf(assignees: HumanOptions["assignees"]): readonly HumanUser[] {
  return (assignees ?? []).map((each) => (typeof each === "string" ? { id: each, name: each } : each));
}

function humanOperator<P>(options: HumanOptions<P>, question: Question): (dag: DagDefinition) => Operator {
  const { subject, body } = options;
  const values: Readonly<Record<string, unknown>> = { subject, ...(body !== undefined && { body }) };
  return (dag) => ({
    name: question.name,
    optionNames: [...COMMON, ...question.ownOptions],
    inputs: { values: wiredPart(values) },
    templateFields: { subject: shown(subject), body: shown(body ?? null) },
    handler: async (inputs, context: TaskContext) => {
      const said = resolveValues(values, inputs.values as Record<string, unknown>, context) as {
        readonly subject: string;
        readonly body?: string | null;
      };
      const request: HumanRequest = {
        subject: said.subject,
        body: said.body ?? null,
        options: question.options,
        defaults: question.defaults,
        multiple: question.multiple,
        params: await fieldsOf(options.form, dag),
        assignedUsers: usersOf(options.assignees),
      };
      const wait = options.timeout === undefined ? {} : { timeout: options.timeout };
      const answer = (await defer(until.human(request), wait)) as unknown as HumanAnswer;
      const { chosen_options, params_input, responded_at, responded_by_user } = answer;
      const who =
        responded_by_user === null ? "Nobody answered in time; the defaults are" : `${responded_by_user.name} chose`;
      context.log.info(`${who} ${chosen_options.join(", ")}.`);
      return question.result({ chosen_options, params_input, responded_at, responded_by_user });
    },
  });
}

/** The question of `dag.approval`. */
export function approvalOperator<P>(options: ApprovalOptions<P>) {
  const { onTimeout = "fail", failOnReject = false } = options;
  return humanOperator(options, {
    name: "approval",
    ownOptions: ["onTimeout", "ignoreDownstreamTriggerRules", "failOnReject"],
    options: ["Approve", "Reject"],
    defaults: onTimeout === "fail" ? null : [onTimeout === "approve" ? "Approve" : "Reject"],
    multiple: false,
    result: (answer) => {
      if (failOnReject && answer.chosen_options[0] === "Reject")
        throw new HumanRejected(`${answer.responded_by_user?.name ?? "The default"} chose Reject.`);
      return answer;
    },
  });
}

/** The question of `dag.humanInput`. */
export function humanInputOperator<P>(options: HumanInputOptions<P>) {
  return humanOperator(options, {
    name: "human_input",
    ownOptions: ["onTimeout"],
    options: ["OK"],
    defaults: options.onTimeout === "fail" ? null : ["OK"],
    multiple: false,
    result: (answer) => answer,
  });
}

function choiceQuestion<P>(options: HumanChoiceOptions<P>): Pick<Question, "options" | "defaults" | "multiple"> {
  const { defaults } = options;
  return {
    options: options.options,
    defaults: defaults === undefined ? null : typeof defaults === "string" ? [defaults] : defaults,
    multiple: options.multiple ?? false,
  };
}

/** The question of `dag.humanChoice`. */
export function humanChoiceOperator<P>(options: HumanChoiceOptions<P>) {
  return humanOperator(options, {
    name: "human_choice",
    ownOptions: ["options", "multiple", "defaults"],
    ...choiceQuestion(options),
    result: (answer) => answer,
  });
}

/** The question of `dag.humanBranch`: its result names the tasks that are followed. */
export function humanBranchOperator<P>(options: HumanBranchOptions<P>) {
  const { ways = {} } = options;
  return humanOperator(options, {
    name: "human_branch",
    ownOptions: ["options", "multiple", "defaults", "ways"],
    ...choiceQuestion(options),
    result: ({ chosen_options: chosen }): JsonValue => chosen.map((option) => idOf(ways[option] ?? option)),
  });
}

function idOf(way: string | Linkable): string {
  if (typeof way === "string" || !isLinkable(way)) return String(way);
  const definition = definitionOf(way as Defined<TaskDefinition>) as {
    readonly taskId?: string;
    readonly groupId?: string;
  };
  return definition.taskId ?? definition.groupId ?? "";
}
