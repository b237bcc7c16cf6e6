import { describe, expect, it } from "vitest";
import { Dag } from "../index.ts";
import { definitionOf } from "../authoring/definition.ts";
import { serializeDag } from "./dag.ts";

type Place = (dag: Dag) => unknown;

function problems(place: Place): readonly string[] {
  const dag = new Dag("mistaken");
  place(dag);
  return serializeDag(definitionOf(dag), "mistaken.ts").errors.map(({ code, reason }) => `${code}: ${reason}`);
}

const MISTAKES: readonly (readonly [string, Place, RegExp])[] = [
  ["a trigger without a Dag", (dag) => dag.triggerDagRun("t", { dagId: "" }), /dagId/],
  ["a wait that there is not", (dag) => dag.triggerDagRun("t", { dagId: "a", wait: "long" as "poke" }), /wait/],
  [
    "a state that a run cannot have",
    (dag) => dag.triggerDagRun("t", { dagId: "a", allowedStates: ["skipped" as "failed"] }),
    /allowedStates/,
  ],
  [
    "tasks and a group at once",
    (dag) => dag.externalTaskSensor("s", { dagId: "a", taskIds: "x", taskGroupId: "g" }),
    /taskGroupId/,
  ],
  ["the same task twice", (dag) => dag.externalTaskSensor("s", { dagId: "a", taskIds: ["x", "x"] }), /taskIds/],
  [
    "a task's state for a run",
    (dag) => dag.externalTaskSensor("s", { dagId: "a", allowedStates: ["skipped"] }),
    /allowedStates/,
  ],
  [
    "a state in two lists",
    (dag) => dag.externalTaskSensor("s", { dagId: "a", failedStates: ["success"], allowedStates: ["success"] }),
    /allowedStates/,
  ],
  [
    "two ways to find the date",
    (dag) => dag.externalTaskSensor("s", { dagId: "a", executionDelta: "1h", executionDates: (date) => date }),
    /executionDates/,
  ],
  ["a question without words", (dag) => dag.approval("h", { subject: "" }), /subject/],
  ["a form without fields", (dag) => dag.humanInput("h", { subject: "s", form: {} }), /form/],
  ["no options", (dag) => dag.humanChoice("h", { subject: "s", options: [] }), /options/],
  [
    "a default that is no option",
    (dag) => dag.humanChoice("h", { subject: "s", options: ["a"], defaults: "b" }),
    /defaults/,
  ],
  [
    "two defaults of one choice",
    (dag) => dag.humanChoice("h", { subject: "s", options: ["a", "b"], defaults: ["a", "b"] }),
    /defaults/,
  ],
  ["a way for no option", (dag) => dag.humanBranch("h", { subject: "s", options: ["a"], ways: { b: "b" } }), /ways/],
  ["nobody as assignee", (dag) => dag.approval("h", { subject: "s", assignees: [""] }), /assignees/],
  [
    "an option that there is not",
    (dag) => dag.approval("h", { subject: "s", onTimout: "fail" } as never),
    /Did you mean onTimeout/,
  ],
];

describe("tasks that wait for other Dags and for people", () => {
  it.each(MISTAKES)("are load errors with %s", (_, place, words) => {
    const found = problems(place);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(words);
  });

  it("show how they were configured under Airflow's names", () => {
    const dag = new Dag("shown");
    dag.triggerDagRun("call", { dagId: "simple", conf: { from: "parent" } });
    const [task] = serializeDag(definitionOf(dag), "shown.ts").dag?.tasks ?? [];
    expect(task?.templateFields).toEqual({
      trigger_dag_id: "simple",
      trigger_run_id: null,
      logical_date: "NOTSET",
      conf: { from: "parent" },
      wait_for_completion: false,
      skip_when_already_exists: false,
    });
  });
});
