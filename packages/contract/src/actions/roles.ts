import { permissionKey, type Permission } from "../decision/principal.ts";
import { meets } from "./authorize.ts";
import { ACTIONS, actionEntry, type ActionName } from "./table.ts";

type Grants = Readonly<
  Partial<Record<"can_read" | "can_create" | "can_edit" | "can_delete" | "menu_access", readonly string[]>>
>;

const VIEWER: Grants = {
  can_read: [
    "Asset Aliases",
    "Assets",
    "Backfills",
    "Cluster Activity",
    "DAG Code",
    "DAG Dependencies",
    "DAG Runs",
    "DAG Versions",
    "DAG Warnings",
    "DAGs",
    "Datasets",
    "HITL Detail",
    "ImportError",
    "Jobs",
    "My Password",
    "My Profile",
    "Pools",
    "SLA Misses",
    "Task Instances",
    "Task Logs",
    "Website",
    "XComs",
  ],
  can_edit: ["My Password", "My Profile"],
  menu_access: [
    "Assets",
    "Browse",
    "Cluster Activity",
    "DAG Dependencies",
    "DAG Runs",
    "DAGs",
    "Datasets",
    "Docs",
    "Documentation",
    "Jobs",
    "SLA Misses",
    "Task Instances",
  ],
};

const USER: Grants = {
  can_create: ["Assets", "DAG Runs", "Datasets", "Task Instances"],
  can_edit: ["DAG Runs", "DAGs", "HITL Detail", "Task Instances"],
  can_delete: ["DAG Runs", "DAGs", "Task Instances"],
};

const OP: Grants = {
  can_read: ["Configurations", "Connections", "Plugins", "Providers", "Variables"],
  can_create: ["Backfills", "Connections", "Pools", "Variables", "XComs"],
  can_edit: ["Assets", "Backfills", "Connections", "Pools", "Variables", "XComs"],
  can_delete: ["Assets", "Backfills", "Connections", "Datasets", "Pools", "Variables", "XComs"],
  menu_access: [
    "Admin",
    "Configurations",
    "Connections",
    "HITL Detail",
    "Plugins",
    "Pools",
    "Providers",
    "Variables",
    "XComs",
  ],
};

const ADMIN: Grants = {
  can_read: [
    "All Audit Logs",
    "All Import Errors",
    "All Reparses",
    "Audit Logs",
    "Passwords",
    "Permissions",
    "Roles",
    "Task Reschedules",
    "Triggers",
    "Users",
    "Workers",
  ],
  can_create: ["Roles", "Users", "Workers"],
  can_delete: ["Roles", "Users"],
  can_edit: ["Passwords", "Roles", "Users"],
  menu_access: ["Audit Logs", "Task Reschedules", "Triggers"],
};
function pairs(...all: readonly Grants[]): readonly Permission[] {
  return all.flatMap((grants) =>
    Object.entries(grants).flatMap(([action, resources]) =>
      resources.map((resource): Permission => [action, resource]),
    ),
  );
}

/**
 * Airflow's own roles with FAB's pairs, under the names of both major versions (`Datasets` and `Assets`), each with all of the one before it.
 * They are written at migration and cannot be changed.
 */
export const BUILT_IN_ROLES = {
  Public: [],
  Viewer: pairs(VIEWER),
  User: pairs(VIEWER, USER),
  Op: pairs(VIEWER, USER, OP),
  Admin: pairs(VIEWER, USER, OP, ADMIN),
} as const satisfies Readonly<Record<string, readonly Permission[]>>;

/** The name of a role that Airflow brings. */
export type BuiltInRole = keyof typeof BUILT_IN_ROLES;

const KEYS = Object.entries(BUILT_IN_ROLES).map(([role, permissions]) => ({
  role: role as BuiltInRole,
  permissions: new Set((permissions as readonly Permission[]).map(permissionKey)),
}));

/** The built-in roles that may do an action on every Dag, the least first. */
export function rolesThatMay(name: ActionName): readonly BuiltInRole[] {
  const { needs } = actionEntry(name);
  return KEYS.filter(({ permissions }) => needs.every((need) => meets(permissions, need, null))).map(
    ({ role }) => role,
  );
}

/** Every permission that some action asks for or a built-in role has, as `can_edit on DAGs`; what a role may be made of, besides those for one Dag. */
export function permissionNames(): readonly string[] {
  const names = new Set(KEYS.flatMap(({ permissions }) => [...permissions]));
  for (const entry of Object.values(ACTIONS))
    for (const need of entry.needs) names.add(permissionKey([need.action, need.resource]));
  return [...names].sort();
}
