import type { Permission } from "../decision/principal.ts";

/**
 * One thing an action asks for, in FAB's names. `perDag` names the prefix under which the same right may be held for one Dag alone
 * (`DAG:simple` instead of `DAGs`); `scope: "any"` is met by the right on any Dag, and the answer is then narrowed to these.
 */
export interface Need {
  readonly action: string;
  readonly resource: string;
  /** The same right under another name, as the other major version of Airflow calls it (`Datasets` for `Assets`). */
  readonly also?: string;
  readonly perDag?: "DAG:" | "DAG Run:";
  readonly scope?: "one" | "any";
}

/** The permissions of which any one meets a need, the general one first. @param dagId null where the request is about no single Dag */
export function alternatives(need: Need, dagId: string | null): readonly Permission[] {
  const general: Permission[] = [[need.action, need.resource]];
  if (need.also !== undefined) general.push([need.action, need.also]);
  if (need.perDag !== undefined && dagId !== null) general.push([need.action, `${need.perDag}${dagId}`]);
  return general;
}

/** A need on a resource that is no Dag's. */
export function needs(action: string, resource: string, also?: string): Need {
  return also === undefined ? { action, resource } : { action, resource, also };
}

/** A need on the Dag itself, general or for this Dag. */
export function needsDag(action: "can_read" | "can_edit" | "can_delete"): Need {
  return { action, resource: "DAGs", perDag: "DAG:" };
}

/** As `needsDag`, met by the right on any Dag. */
export function needsAnyDag(action: "can_read" | "can_edit"): Need {
  return { action, resource: "DAGs", perDag: "DAG:", scope: "any" };
}

/** A need on runs, general or for the runs of this Dag. */
export function needsRun(action: "can_read" | "can_create" | "can_edit" | "can_delete"): Need {
  return { action, resource: "DAG Runs", perDag: "DAG Run:" };
}
