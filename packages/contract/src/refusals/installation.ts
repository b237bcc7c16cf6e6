import type { Family } from "./entry.ts";

/** What keeps a process of Windlass from starting or a command from running on this machine. */
export const installation = {
  "database.other_major_version": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "The data folder belongs to another major version of PostgreSQL",
    reason: "{folder} was made by PostgreSQL {found}; this Windlass brings {expected}.",
    fix: "Dump it with the version that made it and restore it into a new folder, or set DATABASE_URL to a server that can read it.",
    meanwhile: "Nothing was started and nothing in the folder was changed.",
  },
} as const satisfies Family;
