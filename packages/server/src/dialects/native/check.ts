import { invariant, type Principal, RefusalError, type Verdict } from "@windlass/contract";
import { permissionVerdicts, principalOf } from "@windlass/core/actions";
import type { Answer } from "../../answer.ts";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { anything, choice, dictionary, optional, record, text } from "../../request/field.ts";
import { told } from "../../windlass-member.ts";

const body = record({
  method: choice(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  path: text({ pattern: "^/", maxLength: 4000 }),
  headers: optional(dictionary()),
  body: optional(anything()),
  as: optional(text({ minLength: 1 })),
});

type CheckCall = Pick<
  Call<unknown, unknown, { readonly as?: string | undefined }>,
  "server" | "principal" | "request" | "body"
>;

/** As whom the decision is asked for. @throws RefusalError where the caller may not ask for others, or there is no such user */
async function subjectOf({ server, principal, request, body: { as } }: CheckCall): Promise<Principal> {
  if (as === undefined || as === principal.name) return principal;
  const verdicts: readonly Verdict[] = permissionVerdicts(request, "check.as_other", { dagId: null });
  const [first] = verdicts;
  if (first !== undefined) throw new RefusalError(first.refusal);
  const other = await principalOf(server.actions, as);
  if (other === undefined) throw objectUnknown("user", as, { pointer: "/as" });
  return other;
}

/** A path as callers know it, without the server's base path and origin. */
function ownPath(basePath: string, path: string): string {
  return basePath !== "" && path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
}

/** The decision on a request that is described, not made. */
export const checkOperations = [
  defineOperation({
    dialect: "native",
    method: "POST",
    path: "/api/windlass/v1/check",
    operationId: "check",
    summary: "What an API call would be answered, without making it: the same decision as the call itself",
    action: "check.run",
    body,
    async handle(call): Promise<Answer> {
      const { server, request, body: described, given } = call;
      const principal = await subjectOf(call);
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(described.headers ?? {}))
        if (typeof value === "string") headers[name] = value;
      const checked = await server.checkCall(
        {
          method: described.method,
          path: ownPath(server.basePath, described.path),
          headers,
          body: given.has("body") ? described.body : undefined,
        },
        principal,
        request.requestId,
      );
      invariant(
        checked.allowed === (checked.refusals.length === 0),
        "a check is allowed exactly where nothing speaks against it",
      );
      return ok({
        allowed: checked.allowed,
        status: checked.status,
        warnings: checked.warnings,
        refusals: checked.refusals.map(told),
      });
    },
  }),
];
