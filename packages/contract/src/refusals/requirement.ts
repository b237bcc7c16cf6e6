import type { Family } from "./entry.ts";

/** What the Dag declares to need is not there. */
export const requirement = {
  "requirement.connection": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "A connection that the Dag needs is missing",
    reason: "The Dag {dag_id} declares that it needs the connection {name}, which does not exist.",
    fix: "Create the connection {name}; the corrected request shows how.",
    meanwhile: "No run was made, since it would fail.",
  },
  "requirement.variable": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "A variable that the Dag needs is missing",
    reason: "The Dag {dag_id} declares that it needs the variable {name}, which does not exist.",
    fix: "Create the variable {name}.",
    meanwhile: "No run was made, since it would fail.",
  },
  "requirement.pool": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "A pool that the Dag needs is missing",
    reason: "The Dag {dag_id} needs the pool {name}, which does not exist.",
    fix: "Create the pool {name}.",
    meanwhile: "No run was made, since its tasks would wait for ever.",
  },
  "requirement.env": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "An environment variable that the Dag needs is missing",
    reason:
      "The Dag {dag_id} declares that it needs the environment variable {name}, which the server does not hand out.",
    fix: "Set {name} for the server and, where `[core] task_environment` is used, list it there.",
    meanwhile: "No run was made, since it would fail.",
  },
} as const satisfies Family;
