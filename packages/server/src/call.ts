import type {
  ActionName,
  Decision,
  DecisionWarning,
  DagScope,
  JsonValue,
  Principal,
  Verdict,
} from "@windlass/contract";
import type { Action, ActionRequest } from "@windlass/core/actions";
import type { Operation } from "./operation.ts";
import type { Server } from "./server.ts";

/** One request to one operation, checked; what a handler gets. */
export interface Call<P, Q, B> {
  readonly server: Server;
  readonly operation: Operation;
  readonly principal: Principal;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Names that the body brought, for PATCH: absent is another thing than null. */
  readonly given: ReadonlySet<string>;
  /** The body as parsed. */
  readonly rawBody: JsonValue | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly request: ActionRequest;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
  /** The Dags whose rows the caller may see. */
  scope(): DagScope;
  /** The Dags that the caller may edit. */
  editScope(): DagScope;
  /** Whether the caller may do an action on a Dag (null: one that is about no Dag). */
  may(action: ActionName, dagId: string | null): boolean;
  /**
   * Decides and, unless this is a check, executes. Verdicts of the schema and the rights are decided together with the action's own.
   * @throws RefusalError
   */
  perform<Input, Plan, Result>(
    action: Action<Input, Plan, Result>,
    input: Input,
    verdicts?: readonly Verdict[],
  ): Promise<PerformedCall<Result>>;
  /**
   * Judges a request that stands for many actions, before any of them: the rights to each, what the schema found, and these verdicts. A check
   * ends here. Later `perform`s leave the `Idempotency-Key` alone, for it is of the whole request.
   * @throws RefusalError
   */
  judgeAll(actions: readonly ActionName[], verdicts?: readonly Verdict[]): void;
}

/** What `Call.perform` answers. */
export interface PerformedCall<Result> {
  readonly result: Result;
  readonly warnings: readonly DecisionWarning[];
  readonly replayed: boolean;
}

/** Ends a handler that was only asked for its decision; never reaches a caller. */
export class CheckEnded extends Error {
  readonly decision: Decision<unknown>;
  constructor(decision: Decision<unknown>) {
    super("the decision is known; nothing is executed");
    this.decision = decision;
  }
}
