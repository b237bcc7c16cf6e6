import { compileParam } from "@windlass/contract/params";
import { SERIALIZED_DAG_SCHEMA } from "@windlass/contract/serialized-dag";
import { describe, expect, it } from "vitest";
import { definitionOf } from "../authoring/definition.ts";
import { averageRuntime, Dag, deadline, type DagOptions, email, slack, webhook } from "../index.ts";
import { serializeDag } from "./dag.ts";

const { validate } = compileParam(SERIALIZED_DAG_SCHEMA);
const nothing = (): void => undefined;

function serialize(options: DagOptions, build: (dag: Dag) => unknown = (dag) => dag.empty("a")) {
  const dag: Dag = new Dag("told", options as DagOptions<never>);
  build(dag);
  return serializeDag(definitionOf(dag), "x.ts");
}

function mistakes(options: object, build?: (dag: Dag) => unknown): string[] {
  return serialize(options as DagOptions, build).errors.map(({ code, reason }) => `${code} ${reason}`);
}

describe("callbacks", () => {
  it("are counted, a task's own before those of its groups and its Dag, as Airflow's default_args", () => {
    const { dag } = serialize(
      { onFailure: [nothing, nothing], defaultTask: { onFailure: nothing, onRetry: [nothing, nothing] } },
      (built) => {
        built.empty("plain");
        built.empty("own", { onFailure: [nothing, nothing, nothing], onSuccess: nothing });
        built.taskGroup("g", { defaultTask: { onRetry: nothing } }).empty("inside");
        built.task("none", nothing, { onFailure: [], onRetry: [] })();
      },
    );
    expect(dag?.callbacks).toEqual({ failure: 2 });
    expect(dag?.tasks.map(({ taskId, callbacks }) => [taskId, callbacks])).toEqual([
      ["plain", { failure: 1, retry: 2 }],
      ["own", { failure: 3, retry: 2, success: 1 }],
      ["g.inside", { failure: 1, retry: 1 }],
      ["none", undefined],
    ]);
    expect(validate?.(dag as never)).toEqual([]);
  });

  it("give an empty task a worker only where one is to be called before it", () => {
    const { dag } = serialize({}, (built) => {
      built.empty("a", { onSuccess: nothing });
      built.empty("b", { onExecute: nothing });
    });
    expect(dag?.tasks.map(({ runtime }) => runtime)).toEqual(["none", "typescript"]);
  });

  it("are functions", () => {
    expect(mistakes({ onFailure: "mail" })).toEqual([expect.stringContaining("onFailure")]);
    expect(mistakes({}, (dag) => dag.empty("a", { onRetry: [nothing, null as never] }))).toEqual([
      expect.stringContaining("onRetry"),
    ]);
    expect(mistakes({}, (dag) => dag.latestOnly("a", { onExecute: nothing }))).toEqual([
      expect.stringContaining("onExecute"),
    ]);
  });
});

describe("alerts and deadlines", () => {
  it("are data", () => {
    const { dag, errors } = serialize({
      timezone: "Europe/Berlin",
      alerts: [
        webhook({ url: "https://example.com/hook", on: "success" }),
        slack({ connection: "slack", channel: "#data" }),
        email({ connection: "smtp", to: "a@example.com" }),
      ],
      deadlines: [
        deadline({ after: "queued", within: "1h", alert: slack({ connection: "slack" }) }),
        deadline({ after: "logicalDate", within: "30m", callback: [nothing, nothing], name: "half" }),
        deadline({ after: "2026-12-24T12:00:00", within: "0s" }),
        deadline({ after: averageRuntime({ maxRuns: 5, minRuns: 2 }), within: "10m" }),
      ],
    });
    expect(errors).toEqual([]);
    expect(validate?.(dag as never)).toEqual([]);
    expect(dag?.alerts).toEqual([
      { on: ["success"], target: { kind: "webhook", url: "https://example.com/hook", connection: null } },
      { on: ["failure", "deadline"], target: { kind: "slack", url: null, connection: "slack", channel: "#data" } },
      { on: ["failure", "deadline"], target: { kind: "email", connection: "smtp", to: ["a@example.com"], from: null } },
    ]);
    expect(
      dag?.deadlines?.map(({ reference, intervalSeconds, callbacks, alerts }) => [
        reference,
        intervalSeconds,
        callbacks,
        alerts.length,
      ]),
    ).toEqual([
      [{ kind: "queued_at" }, 3_600, 0, 1],
      [{ kind: "logical_date" }, 1_800, 2, 0],
      [{ kind: "moment", moment: "2026-12-24T11:00:00.000000Z" }, 0, 0, 0],
      [{ kind: "average_runtime", maxRuns: 5, minRuns: 2 }, 600, 0, 0],
    ]);
  });

  it.each([
    [{ alerts: [{ kind: "fax", options: {} }] }, "alerts"],
    [{ alerts: [webhook({ url: "ftp://example.com" })] }, "url"],
    [{ alerts: [webhook({ url: "https://me:secret@example.com" })] }, "url"],
    [{ alerts: [webhook({} as never)] }, "either url or connection"],
    [{ alerts: [slack({ connection: "c", on: "sometimes" as never })] }, "on"],
    [{ alerts: [slack({ connection: "c", chanel: "x" } as never)] }, "chanel"],
    [{ alerts: [email({ connection: "c", to: "nobody" })] }, "to"],
    [{ alerts: [email({ connection: "", to: "a@example.com" })] }, "connection"],
    [{ deadlines: [{}] }, "deadlines"],
    [{ deadlines: [deadline({ after: "queued", within: { variable: "" } })] }, "within"],
    [{ deadlines: [deadline({ after: "queued", within: "-soon" as never })] }, "within"],
    [{ deadlines: [deadline({ after: "yesterday" as never, within: "1h" })] }, "after"],
    [{ deadlines: [deadline({ after: averageRuntime({ minRuns: 0 }), within: "1h" })] }, "after"],
    [{ deadlines: [deadline({ after: "queued" } as never)] }, "within"],
    [{ deadlines: [deadline({ after: "queued", within: 60 as never })] }, "no duration"],
    [{ deadlines: [deadline({ after: "queued", within: "1h", callback: 1 as never })] }, "callback"],
  ])("are refused with a reason where they are wrong: %j", (options, named) => {
    const found = mistakes(options);
    expect(found, found.join("\n")).toHaveLength(1);
    expect(found[0]).toContain(named);
    expect(found[0]).not.toContain("secret");
  });
});
