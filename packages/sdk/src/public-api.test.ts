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
      "RetryAfter",
      "SkipTask",
      "TaskClient",
      "TaskRef",
      "concat",
      "cron",
      "dateList",
      "defer",
      "every",
      "getClient",
      "getContext",
      "label",
      "param",
      "requiredParam",
      "until",
      "zip",
    ]);
    expect(Object.keys(testing)).toEqual(["testDag"]);
  });

  it("exports exactly this to the process that starts everything", () => {
    expect(Object.keys(runtime).sort()).toEqual(["loadDags", "runtimePaths"]);
  });
});
