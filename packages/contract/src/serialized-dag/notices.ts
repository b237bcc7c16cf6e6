import type { Instant } from "../time.ts";

/** What a task's callbacks are called for. `execute` comes before the handler, in the same attempt; the others are attempts of their own. */
export const TASK_CALLBACK_KINDS = ["execute", "success", "failure", "retry", "skipped"] as const;
/** One of `TASK_CALLBACK_KINDS`. */
export type TaskCallbackKind = (typeof TASK_CALLBACK_KINDS)[number];

/** What a Dag's callbacks are called for. */
export const DAG_CALLBACK_KINDS = ["success", "failure"] as const;
/** One of `DAG_CALLBACK_KINDS`. */
export type DagCallbackKind = (typeof DAG_CALLBACK_KINDS)[number];

/** How many functions are to be called, by what they are called for. The functions themselves stay in the author's file. */
export type SerializedTaskCallbacks = { readonly [K in TaskCallbackKind]?: number };
/** The same of a Dag. */
export type SerializedDagCallbacks = { readonly [K in DagCallbackKind]?: number };

/** What an alert tells of. */
export const ALERT_EVENTS = ["failure", "success", "deadline"] as const;
/** One of `ALERT_EVENTS`. */
export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** Where an alert is sent: an address as it is, or (better, since it may hold a secret) that of a connection. */
export type SerializedAlertTarget =
  | { readonly kind: "webhook"; readonly url: string | null; readonly connection: string | null }
  | {
      readonly kind: "slack";
      readonly url: string | null;
      readonly connection: string | null;
      readonly channel: string | null;
    }
  | {
      readonly kind: "email";
      readonly connection: string;
      readonly to: readonly string[];
      readonly from: string | null;
    };

/** An alert of a Dag: the control plane sends it, without a function of the author's. */
export interface SerializedAlert {
  readonly on: readonly AlertEvent[];
  readonly target: SerializedAlertTarget;
}

/**
 * The moment that a deadline is counted from, after Airflow's `DeadlineReference`. `average_runtime` is the moment the run is made plus the mean
 * of the last `maxRuns` successful runs; with fewer than `minRuns` of them there is no deadline.
 */
export type DeadlineReference =
  | { readonly kind: "queued_at" }
  | { readonly kind: "logical_date" }
  | { readonly kind: "moment"; readonly moment: Instant }
  | { readonly kind: "average_runtime"; readonly maxRuns: number; readonly minRuns: number };

/** By when a run has to be over, and what follows if it is not. */
export interface SerializedDeadline {
  readonly name: string | null;
  readonly reference: DeadlineReference;
  /** May be negative: before the reference. null: as long as `intervalVariable` says when a run is made. */
  readonly intervalSeconds: number | null;
  /** The variable that holds the interval: seconds, or a span such as `1h30m`. */
  readonly intervalVariable?: string;
  /** How many functions are to be called. */
  readonly callbacks: number;
  readonly alerts: readonly SerializedAlertTarget[];
}
