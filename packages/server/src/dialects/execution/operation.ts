import type { Principal } from "@windlass/contract";
import type { ActionRequest, IdentifiedAttempt } from "@windlass/core/actions";
import type { Answer } from "../../answer.ts";
import type { Method } from "../../operation.ts";
import type { Field, Fields, ValueOf } from "../../request/field.ts";
import type { Server } from "../../server.ts";

/** The attempt that a request comes from. */
export type CallingAttempt = NonNullable<IdentifiedAttempt["row"]>;

/**
 * Who may call. `open`: anybody. `own`: the attempt in the path, by its own token, whatever it is doing. `own_running`: the same, as long as it
 * runs. `running`: any running attempt. `worker`: whoever has the right `worker.serve`.
 */
export type ExecutionAccess = "open" | "own" | "own_running" | "running" | "worker";

/** One request to the execution API, checked. */
export interface ExecutionCall<P, Q, B> {
  readonly server: Server;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The body as it came. */
  readonly bytes: Uint8Array | undefined;
  /** The attempt whose token the request brought. @throws InvariantError where the operation is not one of attempts */
  attempt(): CallingAttempt;
  readonly principal: Principal;
  readonly request: ActionRequest;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}

/** One operation of the execution API, as data. */
export interface ExecutionOperation {
  readonly method: Method | "HEAD";
  readonly path: string;
  /** Airflow's own id where Airflow has the operation. */
  readonly operationId: string;
  readonly summary: string;
  readonly access: ExecutionAccess;
  /** Not one of Airflow's: only Windlass's own workers call it. */
  readonly isOwn: boolean;
  readonly params: Fields;
  readonly query: Fields;
  readonly body: Field<unknown> | null;
  readonly strictBody: null;
  readonly bodyOptional: boolean;
  handle(call: ExecutionCall<never, never, never>): Promise<Answer>;
}

interface Definition<P extends Fields, Q extends Fields, B> {
  readonly method: Method | "HEAD";
  /** Below `/execution`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly access: ExecutionAccess;
  readonly isOwn?: boolean;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: Field<B>;
  readonly bodyOptional?: boolean;
  handle(call: ExecutionCall<ValueOf<P>, ValueOf<Q>, B>): Promise<Answer>;
}

/** Declares an operation of the execution API. */
export function defineExecution<
  const P extends Fields = Record<never, never>,
  const Q extends Fields = Record<never, never>,
  B = undefined,
>(definition: Definition<P, Q, B>): ExecutionOperation {
  return {
    params: {},
    query: {},
    isOwn: false,
    bodyOptional: false,
    ...definition,
    path: `/execution${definition.path}`,
    body: definition.body ?? null,
    strictBody: null,
    handle: definition.handle,
  };
}
