import {
  nearest,
  type Permission,
  permissionKey,
  permissionNames,
  refusal,
  type Refusal,
  RefusalError,
  type Verdict,
} from "@windlass/contract";
import { isUniqueViolation } from "../../database/database-error.ts";
import { existingObject, existsVerdict, unknownObject, unknownVerdict } from "../../domain/decide/object-names.ts";
import {
  deleteRole as deleteRow,
  findRole,
  insertRole,
  listRoles,
  renameRole,
  setRolePermissions,
} from "../../store/roles.ts";
import type { Action } from "../action.ts";
import type { ActionContext } from "../context.ts";

/** A role as an administrator writes one. */
export interface RoleInput {
  readonly name: string;
  readonly permissions: readonly Permission[];
}

/** Changes of a role; what is absent stays. */
export interface RoleChanges {
  readonly name: string;
  readonly newName?: string | undefined;
  readonly permissions?: readonly Permission[] | undefined;
}

/** Names the role that was written. */
export interface RoleResult {
  readonly name: string;
}

/** Makes a role. */
export const createRole: Action<RoleInput, RoleInput, RoleResult> = {
  name: "role.create",
  event: "post_role",
  subject: ({ name }) => ({ dagId: null, object: name }),
  async decide(context, _request, input) {
    const verdicts: Verdict[] = [...permissionVerdictsOf(input.permissions)];
    if (input.name !== undefined && (await findRole(context.database, input.name)))
      verdicts.push(existsVerdict("role", input.name));
    return { verdicts, warnings: [], plan: input };
  },
  async execute(tx, context, _request, { name, permissions }) {
    try {
      await insertRole(tx, name, permissions);
    } catch (error) {
      if (isUniqueViolation(error, "role_name_key")) throw new RefusalError(existingObject("role", name));
      throw error;
    }
    return {
      result: { name },
      extra: { permissions: permissions.map(permissionKey) },
      afterCommit: () => context.accounts.forget(),
    };
  },
};

/** Changes a role of one's own making; those who have it see the change within a second. */
export const patchRole: Action<RoleChanges, RoleChanges, RoleResult> = {
  name: "role.edit",
  event: "patch_role",
  subject: ({ name }) => ({ dagId: null, object: name }),
  async decide(context, _request, input) {
    const { verdicts, builtIn } = await existence(context, input.name);
    const all: Verdict[] = [...verdicts, ...permissionVerdictsOf(input.permissions ?? [])];
    if (builtIn) all.push({ phase: "state", refusal: refusal("role.built_in", { name: input.name }) });
    if (
      input.newName !== undefined &&
      input.newName !== input.name &&
      (await findRole(context.database, input.newName))
    )
      all.push(existsVerdict("role", input.newName));
    return { verdicts: all, warnings: [], plan: input };
  },
  async execute(tx, context, _request, { name, newName, permissions }) {
    const role = await findRole(tx, name);
    if (!role) throw new RefusalError(unknownObject("role", name));
    if (permissions !== undefined) await setRolePermissions(tx, role.id, permissions);
    if (newName !== undefined && newName !== name) await renameRole(tx, role.id, newName);
    const extra =
      permissions === undefined
        ? {}
        : { permissions: [role.permissions.map(permissionKey), permissions.map(permissionKey)] };
    return { result: { name: newName ?? name }, extra, afterCommit: () => context.accounts.forget() };
  },
};

/** Deletes a role of one's own making. */
export const deleteRole: Action<RoleResult, RoleResult, RoleResult> = {
  name: "role.delete",
  event: "delete_role",
  subject: ({ name }) => ({ dagId: null, object: name }),
  async decide(context, _request, input) {
    const { verdicts, builtIn } = await existence(context, input.name);
    const all: Verdict[] = [...verdicts];
    if (builtIn) all.push({ phase: "state", refusal: refusal("role.built_in", { name: input.name }) });
    return { verdicts: all, warnings: [], plan: input };
  },
  async execute(tx, context, _request, { name }) {
    const role = await findRole(tx, name);
    if (!role) throw new RefusalError(unknownObject("role", name));
    await deleteRow(tx, role.id);
    return { result: { name }, afterCommit: () => context.accounts.forget() };
  },
};

async function existence(
  context: ActionContext,
  name: string,
): Promise<{ readonly verdicts: readonly Verdict[]; readonly builtIn: boolean }> {
  const role = await findRole(context.database, name);
  if (role) return { verdicts: [], builtIn: role.builtIn };
  const names = (await listRoles(context.database)).map((each) => each.name);
  return { verdicts: [unknownVerdict("role", name, nearest(name, names))], builtIn: false };
}

const KNOWN = new Set(permissionNames());
const PER_DAG =
  /^(can_read|can_edit|can_delete) on DAG:.+$|^(can_read|can_create|can_edit|can_delete|menu_access) on DAG Run:.+$/;

/** The refusals of permissions that nothing asks for. */
function permissionVerdictsOf(permissions: readonly Permission[] | undefined): readonly Verdict[] {
  const unknown = (permissions ?? []).map(permissionKey).filter((each) => !KNOWN.has(each) && !PER_DAG.test(each));
  return unknown.length === 0 ? [] : [{ phase: "fields", refusal: unknownPermissions(unknown) }];
}

function unknownPermissions(unknown: readonly string[]): Refusal {
  const near = nearest(unknown[0] ?? "", KNOWN);
  const problem = `there is no permission "${unknown.join('", "')}"${near === undefined ? "" : `; did you mean "${near}"?`}.`;
  const data = {
    name: "actions",
    part: "body",
    problem,
    expected: "pairs such as can_edit on DAGs, or can_edit on DAG:<dag_id>",
  };
  return refusal("request.field_wrong", data, { pointer: "/actions", actual: unknown });
}
