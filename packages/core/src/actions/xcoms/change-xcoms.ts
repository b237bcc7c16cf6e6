import { type JsonValue, refusal, type Refusal, RefusalError, type Verdict } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { deleteXCom as deleteRow, findNamedXCom, insertXCom, updateXCom } from "../../store/xcoms-by-hand.ts";
import type { Action, Findings } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { dagExists } from "../dags/dag-findings.ts";
import type { ActionRequest } from "../request.ts";

/** Which XCom. */
export interface XComPlace {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly key: string;
}

/** An XCom as somebody leaves it by hand. */
export interface XComInput extends XComPlace {
  readonly value: JsonValue;
}

/** Names the XCom that was changed. */
export interface XComResult {
  readonly key: string;
}

interface XComPlan<Input> {
  readonly input: Input;
  readonly taskInstanceId: number;
  readonly dagRunId: number;
}

type XComAction<Input extends XComPlace> = Action<Input, XComPlan<Input>, XComResult>;

/** Leaves an XCom by hand, as a task would. */
export const createXCom: XComAction<XComInput> = {
  name: "xcom.create",
  event: "create_xcom_entry",
  subject,
  decide: (context, request, input) => decideXCom(context, request, input, "absent"),
  async execute(tx, context, _request, { input, taskInstanceId, dagRunId }) {
    if (!(await insertXCom(tx, taskInstanceId, input.key, input.value))) throw new RefusalError(taken(input));
    return done(context, input, dagRunId);
  },
};

/** Replaces the value of an XCom. */
export const patchXCom: XComAction<XComInput> = {
  name: "xcom.edit",
  event: "update_xcom_entry",
  subject,
  decide: (context, request, input) => decideXCom(context, request, input, "there"),
  async execute(tx, context, _request, { input, taskInstanceId, dagRunId }) {
    if (!(await updateXCom(tx, taskInstanceId, input.key, input.value))) throw new RefusalError(missing(input));
    return done(context, input, dagRunId);
  },
};

/** Deletes an XCom. */
export const deleteXCom: XComAction<XComPlace> = {
  name: "xcom.delete",
  event: "delete_xcom_entry",
  subject,
  decide: (context, request, input) => decideXCom(context, request, input, "there"),
  async execute(tx: Sql, context, _request, { input, taskInstanceId, dagRunId }) {
    if (!(await deleteRow(tx, taskInstanceId, input.key))) throw new RefusalError(missing(input));
    return done(context, input, dagRunId);
  },
};

function subject({ dagId, runId, taskId, mapIndex, key }: XComPlace) {
  return { dagId, runId, taskId, mapIndex, object: key };
}

function done({ signals }: ActionContext, { key }: XComPlace, dagRunId: number) {
  // A scheduler may have the value in memory that its tasks are given.
  return { result: { key }, extra: { key }, afterCommit: () => signals.runChanged(dagRunId) };
}

async function decideXCom<Input extends XComPlace>(
  context: ActionContext,
  request: ActionRequest,
  input: Input,
  wanted: "absent" | "there",
): Promise<Findings<XComPlan<Input>>> {
  const { facts, verdicts: noDag } = await dagExists(context, request.principal, input.dagId);
  // Judged whatever the schema said: a field that is wrong is absent here.
  const given: Partial<XComPlace> = input;
  if (!facts || given.key === undefined || given.mapIndex === undefined)
    return { verdicts: noDag, warnings: [], plan: null };
  const verdicts: Verdict[] = [...noDag, ...valueVerdicts(context, input), ...keyVerdicts(input.key)];
  const tasks = facts.dag?.tasks.map(({ taskId }) => taskId);
  const found = await findNamedXCom(
    context.database,
    input.dagId,
    input.runId,
    input.taskId,
    input.mapIndex,
    input.key,
  );
  if (wanted === "absent" && tasks && !tasks.includes(input.taskId))
    verdicts.push(
      unknown("task", input.taskId, `Task with ID: \`${input.taskId}\` not found in dag: \`${input.dagId}\``),
    );
  else if (wanted === "absent" && found.dagRunId === null)
    verdicts.push(
      unknown("run", input.runId, `Dag Run with ID: \`${input.runId}\` not found for dag: \`${input.dagId}\``),
    );
  else if (wanted === "absent" && found.taskInstanceId === null)
    verdicts.push(unknown("task instance", input.taskId, `Task Instance with ID: \`${input.taskId}\` not found`));
  if (wanted === "absent" && found.exists) verdicts.push({ phase: "conflict", refusal: taken(input) });
  if (wanted === "there" && !found.exists) verdicts.push({ phase: "existence", refusal: missing(input) });
  return {
    verdicts,
    warnings: [],
    plan:
      found.taskInstanceId === null || found.dagRunId === null
        ? null
        : { input, taskInstanceId: found.taskInstanceId, dagRunId: found.dagRunId },
  };
}

function keyVerdicts(key: string): readonly Verdict[] {
  if (key.length > 0 && key.length <= 512) return [];
  const data = {
    part: "body",
    name: "key",
    problem: "it is empty or longer than 512 characters",
    expected: "a text of 1 to 512 characters",
  };
  return [
    { phase: "fields", refusal: refusal("request.field_wrong", data, { pointer: "/key", actual: key.slice(0, 100) }) },
  ];
}

function valueVerdicts(context: ActionContext, input: XComPlace & { readonly value?: JsonValue }): readonly Verdict[] {
  const most = context.config.core.max_xcom_bytes;
  const bytes = Buffer.byteLength(JSON.stringify(input.value ?? null));
  if (bytes <= most) return [];
  const data = {
    part: "body",
    name: "value",
    problem: `it has ${String(bytes)} bytes`,
    expected: `at most ${String(most)} bytes of JSON`,
  };
  return [{ phase: "fields", refusal: refusal("request.field_wrong", data, { pointer: "/value", limit: most }) }];
}

function unknown(kind: string, name: string, said: string): Verdict {
  return {
    phase: "existence",
    refusal: refusal("object.unknown", { kind, name, near: "" }, { airflow: { v2: said } }),
  };
}

function taken({ key }: XComPlace): Refusal {
  const airflow = { v2: `The XCom with key: \`${key}\` with mentioned task instance already exists.` };
  return refusal("object.exists", { kind: "XCom", name: key }, { pointer: "/key", airflow });
}

function missing({ key }: XComPlace): Refusal {
  const airflow = { v2: `The XCom with key: \`${key}\` with mentioned task instance doesn't exist.` };
  return refusal("object.unknown", { kind: "XCom", name: key, near: "" }, { airflow });
}
