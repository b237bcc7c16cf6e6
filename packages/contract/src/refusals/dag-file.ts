import type { Family } from "./entry.ts";

/** A Dag file that does not load, or a Dag in it that breaks a rule. */
export const dagFile = {
  "dag_file.throws": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The Dag file throws when it is loaded",
    reason: "{file}:{line} throws {error}.",
    fix: "Make the file load without throwing; `windlass dags test` shows the same error.",
    meanwhile: "The last version that loaded stays stored; no new run of the file's Dags is made.",
  },
} as const satisfies Family;
