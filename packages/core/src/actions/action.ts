import type { ActionName, DecisionWarning, JsonObject, Verdict } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import type { AuditRow } from "../store/audit.ts";
import type { IdempotencyRow } from "../store/idempotency.ts";
import type { ActionContext } from "./context.ts";
import type { ActionRequest } from "./request.ts";

/** What the action is about, for rights, the audit row and the plain 403. */
export interface ActionSubject {
  readonly dagId: string | null;
  readonly runId?: string;
  readonly taskId?: string;
  readonly mapIndex?: number;
  /** Name of a connection, pool, variable, user, role or key. */
  readonly object?: string;
}

/** Whether the caller only asks (`check`) or means it. */
export type DecideMode = "execute" | "check";

/** What an action found: every "no", every warning, and the plan (null where it could not be made). */
export interface Findings<Plan> {
  readonly verdicts: readonly Verdict[];
  readonly warnings: readonly DecisionWarning[];
  readonly plan: Plan | null;
}

/** What an execution leaves: its result, and what the audit row says besides. */
export interface Executed<Result> {
  readonly result: Result;
  /** Names the object where only the execution knows it (a generated run id). */
  readonly subject?: Partial<ActionSubject>;
  /** For the audit row; secrets masked by the action. */
  readonly extra?: JsonObject;
  /** Runs after the commit: signals, caches. */
  readonly afterCommit?: () => void;
}

/** One use case that changes state: one file, used alike by API, UI, CLI and services. */
export interface Action<Input, Plan, Result> {
  readonly name: ActionName;
  /** Airflow's name of the event in its audit log, such as `trigger_dag_run`; the action's own name where it has none. */
  readonly event?: string;
  subject(input: Input): ActionSubject;
  /**
   * Judges without changing anything. It is called whatever the rights and the schema said, so that all verdicts are told at once; rights
   * are judged for it from the action table.
   */
  decide(context: ActionContext, request: ActionRequest, input: Input, mode: DecideMode): Promise<Findings<Plan>>;
  /** Does it within a transaction that also holds the audit row. @throws RefusalError where something changed since `decide` */
  execute(tx: Sql, context: ActionContext, request: ActionRequest, plan: Plan): Promise<Executed<Result>>;
  /** Takes the place of the transaction where many executions share one (triggers). */
  submit?(
    context: ActionContext,
    request: ActionRequest,
    plan: Plan,
    alongside: Alongside<Result>,
  ): Promise<Executed<Result>>;
}

/** What `perform` wants written in the same transaction as the change. */
export interface Alongside<Result> {
  readonly audit: (executed: Executed<Result>) => AuditRow;
  readonly idempotency: ((executed: Executed<Result>) => IdempotencyRow) | null;
}
