import { permissionKey, type Principal } from "../decision/principal.ts";
import { alternatives, type Need } from "./need.ts";
import { actionEntry, type ActionName, type ActionResource } from "./table.ts";

/** What a request is about, as far as rights go: the Dag of the loaded object, or null. */
export interface Subject {
  readonly dagId: string | null;
}

/** For which Dags a principal has a right: all, or those named. */
export type DagScope = { readonly all: true } | { readonly all: false; readonly dagIds: ReadonlySet<string> };

/**
 * Which permissions a principal lacks for an action, as `can_edit on DAGs`; empty where it may. Being nobody at all is not told here: the
 * caller looks at `actionEntry(name).access` first.
 */
export function authorize(
  principal: Pick<Principal, "kind" | "permissions">,
  name: ActionName,
  subject: Subject,
): readonly string[] {
  if (principal.kind === "system") return [];
  const lacking: string[] = [];
  for (const need of actionEntry(name).needs) {
    if (!meets(principal.permissions, need, subject.dagId)) lacking.push(permissionKey([need.action, need.resource]));
  }
  return lacking;
}

/** Whether a set of permissions meets one need. */
export function meets(permissions: ReadonlySet<string>, need: Need, dagId: string | null): boolean {
  if (alternatives(need, dagId).some((each) => permissions.has(permissionKey(each)))) return true;
  if (need.scope !== "any" || need.perDag === undefined) return false;
  const prefix = `${need.action} on ${need.perDag}`;
  for (const each of permissions) if (each.startsWith(prefix)) return true;
  return false;
}

// Which right lets a principal know what is stored of a resource; null: everybody who has an account may know what is their own.
const READS: Readonly<Record<ActionResource, ActionName | null>> = {
  none: null,
  dag: "dag.read",
  dag_run: "dag_run.read",
  task_instance: "task_instance.read",
  log: "log.read",
  xcom: "xcom.read",
  connection: "connection.read",
  variable: "variable.read",
  pool: "pool.read",
  account: "user.read",
  role: "role.read",
  api_key: null,
  import_error: "import_error.read",
  audit_log: "event_log.read",
  refused_request: null,
  config: "config.read",
  asset: "asset.read",
};

/**
 * Whether a principal may know what is stored of the thing an action is about. Where not, a refusal for want of a right says nothing that
 * depends on it, so that a foreign object answers exactly like a missing one.
 */
export function mayKnow(
  principal: Pick<Principal, "kind" | "permissions">,
  name: ActionName,
  subject: Subject,
): boolean {
  const entry = actionEntry(name);
  const read = READS[entry.resource];
  return entry.access !== "permitted" || read === null || authorize(principal, read, subject).length === 0;
}

/** The Dags that a principal may read (or edit): what lists are narrowed to. */
export function readableDags(
  principal: Pick<Principal, "kind" | "permissions">,
  action: "can_read" | "can_edit" = "can_read",
): DagScope {
  if (principal.kind === "system" || principal.permissions.has(`${action} on DAGs`)) return { all: true };
  const prefix = `${action} on DAG:`;
  const dagIds = new Set<string>();
  for (const each of principal.permissions) if (each.startsWith(prefix)) dagIds.add(each.slice(prefix.length));
  return { all: false, dagIds };
}
