import { describe, expect, it } from "vitest";
import * as root from "./index.ts";
import * as runtime from "./runtime/index.ts";
import * as testing from "./testing/index.ts";

describe("the public API", () => {
  it("exports exactly this to authors", () => {
    expect(Object.keys(root).sort()).toEqual([
      "Dag",
      "DeferralTimeout",
      "FailWithoutRetry",
      "LazySequence",
      "RetryAfter",
      "SkipTask",
      "TaskClient",
      "TaskRef",
      "all",
      "any",
      "asset",
      "assetAlias",
      "assetDag",
      "assetOrTime",
      "averageRuntime",
      "concat",
      "cron",
      "dateList",
      "deadline",
      "defer",
      "email",
      "every",
      "getClient",
      "getContext",
      "label",
      "lazy",
      "param",
      "partitionBy",
      "partitioned",
      "partitionedAtRuntime",
      "requiredParam",
      "slack",
      "timetable",
      "until",
      "webhook",
      "zip",
    ]);
    expect(Object.keys(testing)).toEqual(["testDag"]);
  });

  it("exports exactly this to the process that starts everything", () => {
    expect(Object.keys(runtime).sort()).toEqual(["loadDags", "runtimePaths", "tryConnection"]);
  });
});
