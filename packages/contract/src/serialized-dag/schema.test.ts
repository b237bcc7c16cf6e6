import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../json.ts";
import { TRIGGER_RULES } from "../trigger-rules.ts";
import { scheduleFromAirflow } from "./airflow-schedule.ts";
import { fromAirflow } from "./from-airflow.ts";
import schema from "./schema.json" with { type: "json" };

const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
const fixture = new URL("../../test/fixtures/airflow-serialized-v3.json", import.meta.url);
const documents = JSON.parse(readFileSync(fixture, "utf8")) as Record<
  string,
  { dag: JsonObject & { tasks: { __var: JsonObject }[] } } & JsonObject
>;

/** Every leaf of a value, as text. */
function leaves(value: JsonValue): string[] {
  if (typeof value !== "object" || value === null) return [JSON.stringify(value)];
  return Object.entries(value).flatMap(([name, each]) =>
    Array.isArray(value) ? leaves(each) : [name, ...leaves(each)],
  );
}

describe("the serialized Dag's schema", () => {
  it.each(Object.keys(documents))("holds Airflow's own Dag %s", (dagId) => {
    const dag = fromAirflow(documents[dagId]!);
    expect(validate(dag), JSON.stringify(validate.errors)).toBe(true);
    expect(dag.dagId).toBe(dagId);
    expect(dag.tasks).toHaveLength(documents[dagId]!.dag.tasks.length);
  });

  it("keeps every value that has no field of its own", () => {
    for (const document of Object.values(documents)) {
      const dag = fromAirflow(document);
      document.dag.tasks.forEach(({ __var: source }, index) => {
        const kept = new Set(leaves(dag.tasks[index] as unknown as JsonObject));
        const structural = ["downstream_task_ids", "_is_empty", "_is_mapped", "_can_skip_downstream"];
        const fields = Object.entries(source).filter(([name]) => !structural.includes(name));
        for (const [name, value] of fields) {
          for (const leaf of leaves(value).filter((each) => each.startsWith('"') || /^-?[0-9]/.test(each))) {
            expect(kept, `${dag.dagId}.${index}.${name}`).toContain(leaf);
          }
        }
      });
    }
  });

  it("carries edges, groups, params, schedules and mappings over", () => {
    const grouped = fromAirflow(documents.grouped!);
    expect(Object.fromEntries(grouped.tasks.map((task) => [task.taskId, task.upstreamTaskIds]))).toMatchObject({
      "outer.inner.b": ["outer.a"],
      end: ["outer.inner.c"],
    });
    expect(grouped.taskGroups.map(({ groupId, parentGroupId }) => [groupId, parentGroupId])).toEqual([
      ["outer", null],
      ["outer.inner", "outer"],
    ]);
    expect(grouped.edgeLabels).toEqual([["outer.a", "outer.inner.b", "then"]]);
    const { params } = fromAirflow(documents.required_param!);
    expect(params.name).toMatchObject({ hasDefault: false, description: "Whom to greet" });
    expect(params.count).toEqual({
      schema: { type: "integer", minimum: 1, maximum: 10 },
      hasDefault: true,
      default: 3,
      description: null,
    });
    expect(fromAirflow(documents.daily!).schedule).toEqual({
      kind: "cron",
      expression: "0 3 * * *",
      timezone: "UTC",
      interval: "point",
    });
    expect(fromAirflow(documents.consumer!).schedule.kind).toBe("assets");
    expect(fromAirflow(documents.mapped!).tasks[1]!.expand).toEqual({
      kind: "product",
      arguments: { n: { kind: "xcom", taskId: "numbers", key: "return_value" } },
    });
    expect(fromAirflow(documents.documented!)).toMatchObject({
      dagrunTimeoutSeconds: 3600,
      ownerLinks: { "team-a": "https://example.com/team-a" },
    });
  });

  it.each([
    [
      "airflow.timetables.trigger.CronTriggerTimetable",
      { expression: "0 3 * * *", timezone: "UTC", interval: 3600, run_immediately: true },
      {
        kind: "cron",
        expression: "0 3 * * *",
        timezone: "UTC",
        interval: "point",
        widthSeconds: 3600,
        runImmediately: true,
      },
    ],
    [
      "airflow.timetables.trigger.MultipleCronTriggerTimetable",
      { expressions: ["0 3 * * *", "0 0 L * *"], timezone: "UTC", interval: 0, run_immediately: 60 },
      { kind: "crons", expressions: ["0 3 * * *", "0 0 L * *"], timezone: "UTC", runImmediately: 60 },
    ],
    [
      "airflow.timetables.trigger.DeltaTriggerTimetable",
      { delta: 900, interval: 450 },
      { kind: "every", seconds: 900, interval: "point", widthSeconds: 450 },
    ],
    [
      "airflow.timetables.events.EventsTimetable",
      { event_dates: ["2026-02-01T00:00:00+01:00", "2026-01-01T00:00:00+00:00"], restrict_to_events: false },
      { kind: "dates", dates: ["2026-01-01T00:00:00.000000Z", "2026-01-31T23:00:00.000000Z"] },
    ],
  ])("carries the timetable %s over", (type, data, expected) => {
    const dag = fromAirflow({
      ...documents.daily!,
      dag: { ...(documents.daily!.dag as JsonObject), timetable: { __type: type, __var: data } },
    });
    expect(dag.schedule).toEqual(expected);
    expect(validate(dag), JSON.stringify(validate.errors)).toBe(true);
  });

  it("knows what a failure ends by both of Airflow's names", () => {
    const dag = (more: JsonObject) => fromAirflow({ __version: 3, dag: { dag_id: "d", tasks: [], ...more } });
    expect(dag({ fail_fast: true })).toMatchObject({ failFast: true });
    expect(dag({ fail_stop: true })).toMatchObject({ failFast: true });
    expect(dag({ fail_fast: false })).not.toHaveProperty("failFast");
  });

  it("keeps a timetable that has no kind of ours, with all its data", () => {
    const monthly = { expression: "0 3 * * *", timezone: "UTC", interval: { months: 1 }, run_immediately: false };
    const seconds = { expression: "0 0 * * * 30", timezone: "UTC", interval: 0, run_immediately: false };
    for (const data of [monthly, seconds])
      expect(scheduleFromAirflow({ __type: "CronTriggerTimetable", __var: data })).toEqual({
        kind: "custom",
        type: "CronTriggerTimetable",
        data,
      });
  });

  it("names the same trigger rules as the code, and refuses what it does not know", () => {
    expect(schema.$defs.task.properties.triggerRule.enum).toEqual(TRIGGER_RULES);
    const dag = fromAirflow(documents.simple!);
    expect(validate({ ...dag, unknown: 1 })).toBe(false);
    expect(validate({ ...dag, version: 2 })).toBe(false);
    expect(validate({ ...dag, tasks: [{ ...dag.tasks[0], poolSlots: 0 }] })).toBe(false);
  });
});
