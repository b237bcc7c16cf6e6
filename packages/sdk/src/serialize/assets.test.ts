import { describe, expect, it } from "vitest";
import {
  all,
  any,
  asset,
  assetAlias,
  assetOrTime,
  cron,
  Dag,
  partitionBy,
  partitioned,
  partitionedAtRuntime,
  type Schedule,
} from "../index.ts";
import { definitionOf } from "../authoring/definition.ts";
import { normalUri } from "./asset-uri.ts";
import { serializeDag } from "./dag.ts";

function scheduled(schedule: Schedule): ReturnType<typeof serializeDag> {
  const dag = new Dag("consumer", { schedule, startDate: "2026-01-01" });
  dag.empty("read");
  return serializeDag(definitionOf(dag), "consumer.ts");
}

describe("assets in a Dag file", () => {
  it("make a schedule: one, a list of which all are needed, or an expression", () => {
    const sales = { kind: "asset", name: "sales", uri: "s3://sales/", group: "asset", extra: {} };
    const rates = { kind: "asset", name: "rates", uri: "rates", group: "tables", extra: { team: "a" } };
    const a = asset({ name: "sales", uri: "s3://sales" });
    const b = asset({ name: "rates", group: "tables", extra: { team: "a" } });
    expect(scheduled(a).dag?.schedule).toEqual({ kind: "assets", condition: sales });
    expect(scheduled([a, b]).dag?.schedule).toEqual({ kind: "assets", condition: { kind: "all", of: [sales, rates] } });
    expect(scheduled(all(a, any(b, assetAlias("x")))).dag?.schedule).toEqual({
      kind: "assets",
      condition: {
        kind: "all",
        of: [sales, { kind: "any", of: [rates, { kind: "alias", name: "x", group: "asset" }] }],
      },
    });
    expect(scheduled(assetOrTime([a], cron("0 6 * * *"))).dag?.schedule).toEqual({
      kind: "assets_or_time",
      condition: { kind: "all", of: [sales] },
      time: { kind: "cron", expression: "0 6 * * *", timezone: "UTC", interval: "point" },
    });
  });

  it("make a schedule by partitions, of each asset in its own way", () => {
    const [a, b] = [asset("s3://a/x"), asset("s3://b/x")];
    const day = partitionBy.rollup("day", { of: "hour", timezone: "Europe/Berlin" });
    const { dag } = scheduled(
      partitioned([a, b], { by: partitionBy.startOf("day"), byAsset: [{ asset: b, by: day }] }),
    );
    expect(dag?.schedule).toMatchObject({
      kind: "assets",
      partition: {
        mapper: { kind: "start_of", unit: "day", timezone: "UTC" },
        byAsset: [{ name: "s3://b/x", uri: "s3://b/x", mapper: day }],
      },
    });
    expect(scheduled(partitionedAtRuntime()).dag?.schedule).toEqual({ kind: "none", partition: true });
    for (const wrong of [
      partitioned(a, { by: partitionBy.rollup("hour", { of: "day" }) }),
      partitioned(a, { by: partitionBy.startOf("day", { timezone: "Mars/Base" }) }),
      partitioned(a, { by: partitionBy.fixed(" ") }),
      partitioned(assetAlias("x")),
    ]) {
      expect(scheduled(wrong).errors.map(({ code }) => code)).toEqual(["dag_file.bad_asset"]);
    }
  });

  it("are outlets and inlets of tasks, each once, by default for all of a Dag", () => {
    const sales = asset("s3://bucket/sales");
    const dag = new Dag("producer", { defaultTask: { inlets: [sales] } });
    dag.task("write", () => 1, { outlets: [sales, sales, assetAlias("reports")] })();
    const task = serializeDag(definitionOf(dag), "producer.ts").dag?.tasks[0];
    expect(task?.outlets.map(({ kind, name }) => [kind, name])).toEqual([
      ["asset", "s3://bucket/sales"],
      ["alias", "reports"],
    ]);
    expect(task?.inlets).toHaveLength(1);
  });

  it.each([
    ["airflow://x", "the scheme airflow is reserved"],
    ["   ", "its name is blank"],
    ["", "it has neither a name nor a uri"],
    ["s3://" + "x".repeat(1500), "its name has more than 1500 characters"],
    ["self", "no asset may be called self"],
  ])("are refused where Airflow refuses them: %.20s", (uri, problem) => {
    const { errors } = scheduled([asset(uri)]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: "dag_file.bad_asset", line: expect.any(Number) as number });
    expect(errors[0]?.reason).toContain(problem);
  });

  it("are refused where they are none, or a condition of none", () => {
    const dag = new Dag("producer");
    dag.task("write", () => 1, { outlets: ["s3://text"] as never })();
    expect(serializeDag(definitionOf(dag), "producer.ts").errors.map(({ code }) => code)).toEqual([
      "dag_file.bad_asset",
    ]);
    expect(scheduled(all()).errors.map(({ code }) => code)).toEqual(["dag_file.bad_asset"]);
    expect(scheduled(assetOrTime(asset("a"), "@once")).errors.map(({ code }) => code)).toEqual([
      "dag_file.bad_schedule",
    ]);
  });

  it("are compared by their uri in the form that Airflow gives it", () => {
    const forms = {
      "s3://bucket/fixture": "s3://bucket/fixture",
      "s3://bucket": "s3://bucket/",
      "file:///a/b/": "file:///a/b",
      "postgres://u:p@h:5/db/t?b=2&a=1#x": "postgres://h:5/db/t?a=1&b=2",
      "S3://B/x//": "s3://B/x",
      "mailto:x@y": "mailto:x@y",
      "x-own://A/": "x-own://A/",
      "foo:bar": "foo:bar",
      "//host/x": "//host/x",
      "a plain name": "a plain name",
    };
    for (const [written, normal] of Object.entries(forms)) expect(normalUri(written)).toEqual({ uri: normal });
  });
});
