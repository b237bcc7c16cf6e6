import type { Family } from "./entry.ts";

/** Connections, variables, pools, accounts and whatever else has a name. */
export const object = {
  "object.unknown": {
    status: { v1: 404, v2: 404, native: 404 },
    summary: "There is no such object",
    reason: "There is no {kind} called {name}.{near}",
    fix: "List what is there, and mind upper and lower case.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "object.exists": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The name is taken",
    reason: "There is a {kind} called {name} already.",
    fix: "Choose another name, or change the existing one with `PATCH`.",
    meanwhile: "The existing one is untouched.",
  },
  "object.from_environment": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The object is set by the environment",
    reason:
      "The {kind} {name} is given by the environment variable {variable} of the server and cannot be changed here.",
    fix: "Change {variable} where the server is started.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "asset.several_producers": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "Several Dags write the asset",
    reason:
      "The asset {asset_id} is written by several Dags: {dag_ids}. Which of them is to run cannot be told from the asset.",
    fix: "Trigger the one that you mean.",
    meanwhile: "No run was made.",
  },
  "pool.default": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The default pool cannot be deleted or renamed",
    reason: "default_pool is used by every task that names no pool.",
    fix: "Change its slots instead.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "pool.in_use": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "Task instances occupy the pool",
    reason: "The pool {name} has {count} task instances queued or running.",
    fix: "Wait until they have ended, or move them to another pool first.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "connection.test_disabled": {
    status: { v1: 403, v2: 403, native: 403 },
    summary: "Testing connections is switched off",
    reason: "The configuration does not let the server reach for the hosts of connections.",
    fix: "Run a task that uses the connection, or have `[core] test_connection` set to Enabled.",
    meanwhile: "Nothing was reached for.",
  },
  "account.password_weak": {
    status: { v1: 400, v2: 422, native: 422 },
    summary: "The password is too easy to guess",
    reason: "{problem}",
    fix: "Choose a longer password; a few random words are good.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "account.password_wrong": {
    status: { v1: 400, v2: 422, native: 422 },
    summary: "The present password is wrong",
    reason: "The present password that was sent is not the account's.",
    fix: "Send the present password.",
    meanwhile: "The failure is counted like a failed log-in.",
  },
  "account.last_admin": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The last administrator cannot go",
    reason: "{name} is the last active account with the role Admin.",
    fix: "Give another account the role Admin first.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "role.built_in": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "A built-in role cannot be changed",
    reason: "The role {name} is one of Airflow's own and stays as it is.",
    fix: "Make a role of your own with the permissions you want.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
} as const satisfies Family;
