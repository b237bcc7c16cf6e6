import type { JsonObject } from "@windlass/contract";
import { createApiKey, deleteApiKey } from "@windlass/core/actions";
import { type ApiKeyRow, listApiKeys } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { integer, list, nullable, number, optional, record, text, withDefault } from "../../request/field.ts";

const USUAL_DAYS = 90;

function apiKeyView(key: ApiKeyRow): JsonObject {
  return {
    id: key.id,
    name: key.name,
    display_id: key.displayId,
    scopes: key.scopes === null ? null : [...key.scopes],
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    revoked_at: key.revokedAt,
  };
}

/** One's own API keys. */
export const apiKeyOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/api-keys",
    operationId: "list_api_keys",
    summary: "One's own API keys that are not revoked, newest first, without their tokens",
    action: "api_key.list",
    async handle({ server, principal }) {
      const keys = await listApiKeys(server.actions.database, principal.id);
      return ok({ api_keys: keys.map(apiKeyView), total_entries: keys.length });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "POST",
    path: "/api/windlass/v1/api-keys",
    operationId: "create_api_key",
    summary: "Makes an API key of one's own; its token is told once, in this answer",
    action: "api_key.create",
    body: record({
      name: text(),
      expires_in_days: withDefault(number(), USUAL_DAYS),
      scopes: optional(nullable(list(text()))),
    }),
    answers: [201],
    async handle({ body, perform }) {
      const { result, warnings } = await perform(createApiKey, {
        name: body.name,
        expiresInDays: body.expires_in_days,
        scopes: body.scopes,
      });
      const { id, name, displayId, token, scopes, createdAt, expiresAt } = result;
      return ok(
        { id, name, display_id: displayId, token, scopes, created_at: createdAt, expires_at: expiresAt },
        { status: 201, warnings, headers: { "cache-control": "no-store" } },
      );
    },
  }),
  defineOperation({
    dialect: "native",
    method: "DELETE",
    path: "/api/windlass/v1/api-keys/{id}",
    operationId: "delete_api_key",
    summary: "Revokes one of one's own API keys",
    action: "api_key.delete",
    params: { id: integer({ minimum: 1 }) },
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await perform(deleteApiKey, { id: params.id });
      return { status: 204, type: null, warnings };
    },
  }),
];
