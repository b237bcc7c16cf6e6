import { enabledSchemes, SCHEMES } from "@windlass/core/actions";
import { listSchemeUse } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";

/** Who uses which credentials: whom it would cut off to switch a scheme off. */
export const authReportOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/auth-report",
    operationId: "get_auth_report",
    summary: "Which credential schemes are enabled or on their way out, and which callers use them",
    action: "auth_report.read",
    async handle({ server }) {
      const { database, config, schemeUse } = server.actions;
      const { enabled, deprecated } = enabledSchemes(config);
      // What was counted a moment ago may still wait to be written.
      await schemeUse.flush();
      const uses = await listSchemeUse(database);
      return ok({
        api_keys_only: config.api.api_keys_only,
        schemes: SCHEMES.map((scheme) => ({
          scheme,
          enabled: enabled.has(scheme),
          deprecated: deprecated.has(scheme),
        })),
        uses: uses.map(({ scheme, userName, client, uses: count, lastUsedAt }) => ({
          scheme,
          user_name: userName,
          client,
          uses: count,
          last_used_at: lastUsedAt,
          // What "API keys only" would do to this caller.
          cut_off_by_api_keys_only: scheme === "basic_auth" || scheme === "token",
        })),
        total_entries: uses.length,
      });
    },
  }),
];
