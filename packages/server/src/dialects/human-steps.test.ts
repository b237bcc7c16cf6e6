import type { HumanRequest } from "@windlass/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type TestApp, testApp } from "../../test-support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

const REQUEST: HumanRequest = {
  subject: "Ship it?",
  body: null,
  options: ["Approve", "Reject"],
  defaults: null,
  multiple: false,
  params: { percent: { value: 10, description: "of all", schema: { type: "integer" } } },
  assignedUsers: [{ id: "user", name: "user" }],
};

/** A run of `simple` whose task waits for a person, as the engine would leave it. */
async function asking(runId: string): Promise<void> {
  await app.ask("POST", "/api/v2/dags/simple/dagRuns", { dag_run_id: runId, logical_date: null });
  await app.database.database.query(
    `with run as (update dag_run set state = 'running', start_date = clock_timestamp() where run_id = $1 returning id),
     waits as (
       update task_instance t set state = 'awaiting_input', try_number = 1, start_date = clock_timestamp(),
         trigger = json_build_object('kind', 'human', 'request', $2::json)
       from run where t.dag_run_id = run.id returning t.id, t.attempt_id)
     insert into human_request (task_instance_id, try_number, attempt_id, request, subject, created_at)
     select id, 1, attempt_id, $2::json, 'Ship it?', clock_timestamp() from waits`,
    [runId, JSON.stringify(REQUEST)],
  );
}

const at = (runId: string) => `/api/v2/dags/simple/dagRuns/${runId}/taskInstances/hello/-1/hitlDetails`;

describe("questions to people over HTTP", () => {
  it("are listed and answered as Airflow's clients expect, once", async () => {
    await asking("one");
    const open = await app.ask(
      "GET",
      "/api/v2/dags/~/dagRuns/~/hitlDetails?response_received=false&state=awaiting_input",
    );
    expect(open.body, open.text).toMatchObject({
      total_entries: 1,
      hitl_details: [
        {
          options: ["Approve", "Reject"],
          subject: "Ship it?",
          body: null,
          defaults: null,
          multiple: false,
          params: { percent: { value: 10, description: "of all", schema: { type: "integer" } } },
          assigned_users: [{ id: "user", name: "user" }],
          responded_by_user: null,
          response_received: false,
          task_instance: { task_id: "hello", state: "awaiting_input" },
        },
      ],
    });
    const answer = { chosen_options: ["Approve"], params_input: { percent: 20 } };
    const byAdmin = await app.ask("PATCH", at("one"), answer);
    expect([byAdmin.status, byAdmin.body.windlass?.code], byAdmin.text).toEqual([403, "human_step.not_assigned"]);
    const wrong = await app.ask("PATCH", at("one"), { chosen_options: ["Maybe"] }, basic("user"));
    expect([wrong.status, wrong.body.detail]).toEqual([
      400,
      "Invalid options ['Maybe']; allowed options are ['Approve', 'Reject'].",
    ]);
    const given = await app.ask("PATCH", at("one"), answer, basic("user"));
    expect(given.body, given.text).toMatchObject({ ...answer, responded_by: { name: "user" } });
    const again = await app.ask("PATCH", at("one"), answer, basic("user"));
    expect([again.status, again.body.windlass?.code]).toEqual([409, "human_step.answered"]);
    expect((await app.ask("GET", at("one"))).body).toMatchObject({
      response_received: true,
      chosen_options: ["Approve"],
    });
    expect((await app.ask("GET", `${at("one")}/tries/1`)).body).toMatchObject({ params_input: { percent: 20 } });
  });

  it("tell natively which are open for the caller, and hide those of Dags that one may not see", async () => {
    await asking("two");
    const mine = await app.ask("GET", "/api/windlass/v1/human-steps", undefined, basic("user"));
    expect(mine.body, mine.text).toMatchObject({
      human_steps: [{ run_id: "two", open: true, for_me: true, answer: null }],
    });
    const watched = await app.ask("GET", "/api/windlass/v1/human-steps", undefined, basic("viewer"));
    expect(watched.body.human_steps).toMatchObject([{ run_id: "two", for_me: false }]);
    expect((await app.ask("GET", "/api/windlass/v1/human-steps", undefined, basic("only_simple"))).status).toBe(403);
    const path = "/api/windlass/v1/dags/simple/runs/two/task-instances/hello/answer";
    expect((await app.ask("POST", path, { chosen_options: ["Reject"] }, basic("viewer"))).status).toBe(403);
    const given = await app.ask("POST", path, { chosen_options: ["Reject"] }, basic("user"));
    expect(given.body, given.text).toMatchObject({ by: { name: "user" }, params_input: { percent: 10 } });
    const all = await app.ask("GET", "/api/windlass/v1/human-steps?all=true");
    expect(all.body.human_steps).toMatchObject([{ answer: { chosen_options: ["Reject"] } }, {}]);
  });
});
