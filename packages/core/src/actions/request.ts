import type { Dialect, Door, JsonValue, Principal, Verdict } from "@windlass/contract";

/** From where a request came. */
export interface ClientInfo {
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** A request as the actions see it, whatever door it came through. */
export interface ActionRequest {
  readonly principal: Principal;
  readonly door: Door;
  readonly dialect: Dialect;
  readonly requestId: string;
  readonly client: ClientInfo;
  readonly method: string;
  /** The path as sent, with the query. */
  readonly path: string;
  /** The route's pattern, such as `/dags/{dag_id}/dagRuns`. */
  readonly route: string;
  /** The body as parsed, for idempotency and the launch context; undefined where there is none or it is no JSON. */
  readonly body?: JsonValue | undefined;
  /** From the header `Idempotency-Key`. */
  readonly idempotencyKey?: string | undefined;
  /** `Prefer: handling=strict`: what cannot start now is refused instead of accepted with a warning. */
  readonly preferStrict?: boolean | undefined;
  /** What the dialect's own schema found wrong; decided together with everything else. */
  readonly verdicts?: readonly Verdict[] | undefined;
  /** Old names that the caller used and the dialect took: `run_id` for `dag_run_id`. */
  readonly aliases?: readonly UsedAlias[] | undefined;
  /** Set where a task makes the request. */
  readonly attempt?: TriggeringAttempt | undefined;
}

/** The attempt of a task that makes a request. */
export interface TriggeringAttempt {
  readonly attemptId: string;
  readonly taskInstanceId: number;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  /** Who triggered the task's own run: as on Airflow the runs it makes are theirs, too. */
  readonly triggeringUser: string | null;
  /** The how-manieth trigger of the attempt it is, from 0. */
  readonly call: number;
}

/** An old name that stood for the proper one. */
export interface UsedAlias {
  readonly used: string;
  readonly proper: string;
  readonly value: JsonValue;
}
