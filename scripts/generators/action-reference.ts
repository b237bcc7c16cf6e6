import {
  ACTION_NAMES,
  actionEntry,
  alternatives,
  permissionKey,
  rolesThatMay,
  type ActionName,
} from "@windlass/contract";
import type { Generator } from "./generator.ts";
import { generatedNote, table } from "./markdown.ts";

const path = "docs/reference/actions.md";

/** Every action with the permissions it needs and the roles that have them. */
export const actionReference: Generator = {
  name: "action reference",
  owns: [],
  generate: () => Promise.resolve(new Map([[path, page()]])),
};

function page(): string {
  return `${generatedNote}

# Actions and who may do them

Every route of every dialect, every button and every command names one of these actions. Permissions are those of Airflow's FAB auth
manager.

${table(
  ["Action", "What it does", "Needs", "Built-in roles"],
  ACTION_NAMES.map((name) => [`\`${name}\``, actionEntry(name).does, needs(name), roles(name)]),
)}
`;
}

function needs(name: ActionName): string {
  const entry = actionEntry(name);
  if (entry.access === "anonymous") return "nothing";
  if (entry.access === "authenticated") return "an account";
  return entry.needs.map((need) => alternatives(need, null).map(permissionKey).join(" or ")).join("; ");
}

function roles(name: ActionName): string {
  return actionEntry(name).access === "permitted" ? rolesThatMay(name).join(", ") : "all";
}
