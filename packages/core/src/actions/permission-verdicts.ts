import { actionEntry, type ActionName, authorize, refusal, rolesThatMay, type Verdict } from "@windlass/contract";
import type { ActionSubject } from "./action.ts";
import type { ActionRequest } from "./request.ts";

/**
 * What speaks against a principal doing an action at all. An identity verdict that the request carries stands alone: nobody is told about
 * rights before it is known who asks.
 */
export function permissionVerdicts(
  request: Pick<ActionRequest, "principal" | "verdicts">,
  name: ActionName,
  subject: Pick<ActionSubject, "dagId">,
): readonly Verdict[] {
  const entry = actionEntry(name);
  const { principal } = request;
  if (entry.access === "anonymous" || principal.kind === "system") return [];
  if (principal.kind === "anonymous") {
    const told = request.verdicts?.some(({ phase }) => phase === "identity") === true;
    return told
      ? []
      : [
          {
            phase: "identity",
            refusal: refusal("credentials.missing", { schemes: "see the header WWW-Authenticate" }),
          },
        ];
  }
  const missing = authorize(principal, name, subject);
  if (missing.length === 0) return [];
  const roles = rolesThatMay(name);
  const owner = principal.ownerPermissions;
  const byScope = owner !== undefined && authorize({ ...principal, permissions: owner }, name, subject).length === 0;
  const data = {
    name: principal.name,
    does: entry.does,
    subject: subject.dagId === null ? "" : ` ${subject.dagId}`,
    missing: missing.join(", "),
    roles: roles.join(", "),
  };
  return [
    {
      phase: "permission",
      refusal: refusal(byScope ? "permission.key_scope" : "permission.missing", data, { missing }),
    },
  ];
}
