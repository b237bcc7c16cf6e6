import type { HumanRequest, RefusalCode } from "@windlass/contract";
import type { Ask, Provocation } from "./provocation.ts";
import type { World } from "./world.ts";

const QUESTION: HumanRequest = {
  subject: "Ship it?",
  body: null,
  options: ["Approve", "Reject"],
  defaults: null,
  multiple: false,
  params: { percent: { value: 10, description: null, schema: { type: "integer" } } },
  assignedUsers: [],
};

let asked = 0;

/** A run of `simple` whose task waits for a person, as the engine would leave it. @returns its id */
async function waiting(world: World, question: Partial<HumanRequest> = {}): Promise<string> {
  asked += 1;
  const runId = `asked_${String(asked)}`;
  await world.ask({
    method: "POST",
    path: "/api/v2/dags/simple/dagRuns",
    body: { dag_run_id: runId, logical_date: null },
  });
  await world.test.database.query(
    `with run as (update dag_run set state = 'running', start_date = clock_timestamp() where run_id = $1 returning id),
     waits as (
       update task_instance t set state = 'awaiting_input', try_number = 1, start_date = clock_timestamp(),
         trigger = json_build_object('kind', 'human', 'request', $2::json)
       from run where t.dag_run_id = run.id and t.task_id = 'hello' returning t.id, t.attempt_id)
     insert into human_request (task_instance_id, try_number, attempt_id, request, subject, created_at)
     select id, 1, attempt_id, $2::json, 'Ship it?', clock_timestamp() from waits`,
    [runId, JSON.stringify({ ...QUESTION, ...question })],
  );
  return runId;
}

const APPROVE = { chosen_options: ["Approve"], params_input: {} };

function onV2(runId: string, body: object = APPROVE): Ask {
  const path = `/api/v2/dags/simple/dagRuns/${runId}/taskInstances/hello/-1/hitlDetails`;
  return { method: "PATCH", path, body };
}

function natively(runId: string, body: object = APPROVE): Ask {
  const path = `/api/windlass/v1/dags/simple/runs/${runId}/task-instances/hello/answer`;
  return { method: "POST", path, body };
}

/** The same answer on both dialects that take answers, each to a question of its own. */
function answered(code: RefusalCode, prepare: (world: World) => Promise<string>, body: object = APPROVE): Provocation {
  return {
    code,
    on: {
      v2: async (world) => onV2(await prepare(world), body),
      native: async (world) => natively(await prepare(world), body),
    },
  };
}

/** Answers that are too late, by others, or none that the question allows. */
export const humanStepProvocations: readonly Provocation[] = [
  answered("human_step.none", async (world) => {
    const runId = await waiting(world);
    await world.test.database.query(
      `delete from human_request h using task_instance t, dag_run r
       where t.id = h.task_instance_id and r.id = t.dag_run_id and r.run_id = $1`,
      [runId],
    );
    return runId;
  }),
  answered("human_step.answered", async (world) => {
    const runId = await waiting(world);
    await world.ask(onV2(runId));
    return runId;
  }),
  answered("human_step.not_waiting", async (world) => {
    const runId = await waiting(world);
    await world.test.database.query(
      `update task_instance t set state = 'skipped', end_date = clock_timestamp() from dag_run r
       where r.id = t.dag_run_id and t.task_id = 'hello' and r.run_id = $1`,
      [runId],
    );
    return runId;
  }),
  answered("human_step.not_assigned", (world) => waiting(world, { assignedUsers: [{ id: "viewer", name: "viewer" }] })),
  answered("human_step.option_unknown", (world) => waiting(world), { chosen_options: ["Maybe"], params_input: {} }),
  answered("human_step.one_option", (world) => waiting(world), {
    chosen_options: ["Approve", "Reject"],
    params_input: {},
  }),
  answered("human_step.input_wrong", (world) => waiting(world), {
    chosen_options: ["Approve"],
    params_input: { percent: "many" },
  }),
];
