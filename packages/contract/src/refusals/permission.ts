import type { Family } from "./entry.ts";

/** You are known, and may not do this. */
export const permission = {
  "permission.missing": {
    status: { v1: 403, v2: 403, native: 403 },
    summary: "A permission is missing",
    reason: "{name} may not {does}{subject}: {missing} is missing.",
    fix: "Ask an administrator for a role that has it: {roles}.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "permission.key_scope": {
    status: { v1: 403, v2: 403, native: 403 },
    summary: "The API key's scopes do not cover this",
    reason: "The API key may not {does}{subject}: {missing} is not among its scopes, though its owner has it.",
    fix: "Make a key with that scope, or use another credential of the same account.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "request.foreign_origin": {
    status: { v1: 403, v2: 403, native: 403 },
    summary: "The request comes from a foreign page",
    reason: "A changing request by {credential} came from {origin}, which is not this server's own page.",
    fix: "Send the request from a program, with a bearer token or an API key, or list the origin in `[api] access_control_allow_origins`.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
} as const satisfies Family;
