import type { Family } from "./entry.ts";

/** The Dag is not there, or takes no such request now. */
export const dag = {
  "dag.unknown": {
    status: { v1: 404, v2: 404, native: 404 },
    summary: "There is no such Dag",
    reason: "No Dag is called {dag_id}.{near}",
    fix: "List the Dags with `GET /dags`; ids are case sensitive and must be percent-encoded in a path.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "dag.not_parsed_yet": {
    status: { v1: 404, v2: 404, native: 404 },
    summary: "The Dag's file has not been read yet",
    reason: "The Dags folder is still being read for the first time; {dag_id} may be in a file that was not reached.",
    fix: "Try again in a few seconds.",
    meanwhile: "The Dag processor goes on reading; the Dag appears as soon as its file has loaded.",
  },
  "dag.broken": {
    status: { v1: 400, v2: 404, native: 404 },
    summary: "The Dag's file does not load",
    reason: "The file {file} of the Dag {dag_id} does not load: {error}",
    fix: "Mend the file; it is read again as soon as it is saved.",
    meanwhile: "The last version that loaded stays stored; no new run is made until the file loads.",
  },
  "dag.stale": {
    status: { v1: 404, v2: 404, native: 404 },
    summary: "The Dag is no longer in its file",
    reason: "Since {since} the file {file} no longer has the Dag {dag_id}.",
    fix: "Put the Dag back into the file, or trigger another one.",
    meanwhile: "Its runs and logs stay until the Dag is deleted.",
  },
  "dag.paused_strict": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The Dag is paused",
    reason:
      "The Dag {dag_id} is paused and the request asks for strict handling: a run would wait until somebody unpauses it.",
    fix: "Unpause the Dag (`PATCH` it with `is_paused: false`), or leave out `Prefer: handling=strict` to let the run wait.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "dag.no_manual_runs": {
    status: { v1: 400, v2: 400, native: 409 },
    summary: "The Dag takes no runs by hand",
    reason: "The Dag {dag_id} allows only runs of these types: {allowed}.",
    fix: "Have the Dag's author add `manual` to its allowed run types.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "dag.no_operator_runs": {
    status: { v1: 400, v2: 400, native: 409 },
    summary: "The Dag takes no runs from tasks",
    reason: "The Dag {dag_id} allows only runs of these types: {allowed}.",
    fix: "Have the Dag's author add `operator_triggered` to its allowed run types.",
    meanwhile: "Nothing was changed; the task that asked has failed with this refusal.",
  },
  "dag.favorite_same": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The mark is as it was asked for already",
    reason: "The Dag {dag_id} is {words}.",
    fix: "Nothing is to be done.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
} as const satisfies Family;
