import type { Family } from "./entry.ts";

/** More than is allowed, and repeated requests. */
export const limit = {
  "limit.conf_bytes": {
    status: { v1: 413, v2: 413, native: 413 },
    summary: "The conf is too large",
    reason: "conf has {actual} bytes; {limit} is the most.",
    fix: "Put the data where tasks can fetch it and pass its address in conf.",
    meanwhile: "No run was made.",
  },
  "limit.note_length": {
    status: { v1: 400, v2: 422, native: 422 },
    summary: "The note is too long",
    reason: "The note has {actual} characters; {limit} is the most.",
    fix: "Shorten the note.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "limit.runs_at_once": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "Too many runs at once",
    reason: "The request is about more than {limit} runs of the Dag {dag_id}.",
    fix: "Send it several times, each time with a narrower span of dates.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "limit.api_keys": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "Too many API keys",
    reason: "The account has {limit} API keys that are in force.",
    fix: "Revoke one that is not used.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "idempotency.key_reused": {
    status: { v1: 422, v2: 422, native: 422 },
    summary: "The idempotency key was used for another request",
    reason: "The key {key} was used for another body within the last day; it differs in {fields}.",
    fix: "Send a new key for a new request, or the same body to get the first answer again.",
    meanwhile: "The first request's result stands.",
  },
  "idempotency.key_invalid": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The idempotency key is not allowed",
    reason: "The header Idempotency-Key must have 1 to 255 visible characters.",
    fix: "Send a random text such as a uuid.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
} as const satisfies Family;
