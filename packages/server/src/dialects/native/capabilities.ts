import {
  ACTION_NAMES,
  actionEntry,
  type ActionName,
  authorize,
  type JsonObject,
  type Principal,
  rolesThatMay,
} from "@windlass/contract";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { optional, text } from "../../request/field.ts";

function capabilityOf(principal: Principal, name: ActionName, dagId: string | null): JsonObject {
  const { access, does } = actionEntry(name);
  const missing = access === "permitted" ? authorize(principal, name, { dagId }) : [];
  return { allowed: missing.length === 0, missing: [...missing], roles: [...rolesThatMay(name)], does };
}

/** What the caller may do, so that a control can be disabled with its reason instead of failing. */
export const capabilityOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/capabilities",
    operationId: "get_capabilities",
    summary: "For every action whether the caller may do it, on one Dag or at large, and what is missing where not",
    action: "capabilities.read",
    query: { dag_id: optional(text()) },
    // Rights are told whether or not there is such a Dag, so nobody learns what there is.
    dagId: () => null,
    async handle({ principal, query }) {
      const dagId = query.dag_id ?? null;
      return ok({
        dag_id: dagId,
        actions: Object.fromEntries(ACTION_NAMES.map((name) => [name, capabilityOf(principal, name, dagId)])),
      });
    },
  }),
];
