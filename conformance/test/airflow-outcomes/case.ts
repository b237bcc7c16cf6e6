import type { TriggerRule } from "@windlass/contract";

/** A small random Dag, what its tasks do, and what real Airflow 3.3.2 made of it. Numbers are places in `tasks`. */
export interface OutcomeCase {
  readonly id: string;
  readonly tasks: readonly CaseTask[];
  /** A mapped task group around neighbouring tasks, over a task's result or a list so long. */
  readonly group?: {
    readonly from: number;
    readonly to: number;
    readonly over?: number;
    readonly length?: number;
  };
  /** The run's state. */
  readonly run: string;
  /** Why Windlass makes something else of it. */
  readonly differs?: string;
  /** `task[map index]` to state; null where Airflow left it without one. */
  readonly states: Readonly<Record<string, string | null>>;
}

export interface CaseTask {
  readonly id: string;
  readonly up: readonly number[];
  readonly rule: TriggerRule;
  /** How its try ends, by map index modulo three. */
  readonly ends: readonly ("success" | "failed" | "skipped")[];
  /** Length of the list that it gives. */
  readonly length?: number;
  readonly expand?: { readonly over: number } | { readonly length: number };
  readonly role?: "branch" | "short_circuit" | "short_circuit_soft";
  /** Of a branch. */
  readonly follow?: readonly number[];
  readonly setup?: true;
  readonly teardown?: true;
  readonly failsRun?: true;
}
