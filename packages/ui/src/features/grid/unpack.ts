import type { RunState, RunType } from "@windlass/contract/browser";
import type { CellState } from "../../api/types/dag.ts";

/** A task as a row of the grid. */
export interface GridTask {
  readonly task_id: string;
  readonly group_id: string | null;
  readonly operator: string | null;
  readonly is_mapped?: boolean;
}

/** A run as a column of the grid. */
export interface GridRun {
  readonly run_id: string;
  readonly state: RunState;
  readonly run_type: RunType;
  readonly run_after: string;
  readonly logical_date: string | null;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly note: string | null;
  readonly version_number: number | null;
  /** A character a task, in the structure's order. */
  readonly states: string;
  readonly tries?: Readonly<Record<string, number>>;
}

/** A whole grid; runs oldest first, as they are drawn. */
export interface Grid {
  readonly tasks: readonly GridTask[];
  readonly runs: readonly GridRun[];
  /** For each task its states over the runs, one character a run: what a row compares to know whether it changed. */
  readonly rows: readonly string[];
}

const STATES: Readonly<Record<string, CellState>> = {
  ".": "none",
  s: "scheduled",
  q: "queued",
  r: "running",
  S: "success",
  F: "failed",
  k: "skipped",
  u: "upstream_failed",
  y: "up_for_retry",
  e: "up_for_reschedule",
  d: "deferred",
  h: "awaiting_input",
  x: "removed",
  t: "restarting",
  "-": "absent",
};

/** The state that a character stands for. */
export function cellState(mark: string): CellState {
  return STATES[mark] ?? "none";
}

/** Reads the grid's lines: the structure first, then a run a line, newest first. */
export function unpackGrid(text: string): Grid {
  const [head, ...lines] = text.split("\n").filter((line) => line !== "");
  const { structure } = JSON.parse(head ?? '{"structure":{"tasks":[]}}') as {
    structure: { tasks: readonly GridTask[] };
  };
  const runs = lines.map((line) => JSON.parse(line) as GridRun).reverse();
  const rows = structure.tasks.map((_, task) => runs.map(({ states }) => states.charAt(task) || "-").join(""));
  return { tasks: structure.tasks, runs, rows };
}
