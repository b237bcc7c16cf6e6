import type { ActionName, Dialect } from "@windlass/contract";
import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import type { Field, Fields, ValueOf } from "./request/field.ts";

/** Methods that operations have. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * One operation of one dialect, as data: what the router, the OpenAPI document, the list of operations and the access tests are made of.
 * Types are erased here; `defineOperation` checks them.
 */
export interface Operation {
  readonly dialect: Dialect;
  readonly method: Method;
  /** The whole path with parameters in braces; `{name:path}` at the end takes slashes too. */
  readonly path: string;
  /** Airflow's own id where Airflow has the operation. */
  readonly operationId: string;
  /** In a few words, for OpenAPI. */
  readonly summary: string;
  /** The row of the action table that says who may. */
  readonly action: ActionName;
  readonly params: Fields;
  readonly query: Fields;
  /** null: the operation reads no body. */
  readonly body: Field<unknown> | null;
  /** Read instead of `body` where the server is strict. */
  readonly strictBody: Field<unknown> | null;
  /** Whether the body may be left out, and is then `{}`. */
  readonly bodyOptional: boolean;
  /** Which Dag's rights are asked for; null: no single Dag's. Taken from the path unless the operation says otherwise. */
  readonly dagId: (call: {
    readonly params: Readonly<Record<string, unknown>>;
    readonly query: Readonly<Record<string, unknown>>;
    readonly body: unknown;
  }) => string | null;
  /** Statuses of answers that are no refusals, the usual one first. */
  readonly answers: readonly number[];
  /** Further media types of the answer than `application/json`. */
  readonly produces: readonly string[];
  handle(call: Call<never, never, never>): Promise<Answer>;
}

interface Definition<P extends Fields, Q extends Fields, B> {
  readonly dialect: Dialect;
  readonly method: Method;
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly action: ActionName;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: Field<B>;
  readonly strictBody?: Field<unknown>;
  readonly bodyOptional?: boolean;
  readonly dagId?: Operation["dagId"];
  readonly answers?: readonly number[];
  readonly produces?: readonly string[];
  /**
   * Answers the call. For an action that changes something it must go through `call.perform`, and it is called even where rights or schema
   * are missing, with only those fields that are right, so that every verdict is told at once.
   */
  handle(call: Call<ValueOf<P>, ValueOf<Q>, B>): Promise<Answer>;
}

/** Declares an operation. */
export function defineOperation<
  const P extends Fields = Record<never, never>,
  const Q extends Fields = Record<never, never>,
  B = undefined,
>(definition: Definition<P, Q, B>): Operation {
  return {
    params: {},
    query: {},
    bodyOptional: false,
    dagId: ({ params }) => (typeof params.dag_id === "string" && params.dag_id !== "~" ? params.dag_id : null),
    answers: [200],
    produces: [],
    ...definition,
    body: definition.body ?? null,
    strictBody: definition.strictBody ?? null,
    handle: definition.handle,
  };
}
