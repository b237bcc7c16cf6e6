import { describe, expect, it } from "vitest";
import { acceptedType } from "./accepted-type.ts";
import { logText } from "./log-text.ts";
import { timeDelta } from "./moments.ts";
import { pythonText } from "./python-text.ts";

describe("values as Python writes them", () => {
  it.each([
    [null, "None"],
    [true, "True"],
    [[1, 2.5, "a"], "[1, 2.5, 'a']"],
    [{ a: { b: [] } }, "{'a': {'b': []}}"],
    ["it's", `"it's"`],
    [`it's "so"`, `'it\\'s "so"'`],
    ["a\nb\\", "'a\\nb\\\\'"],
  ])("writes %j", (value, written) => {
    expect(pythonText(value)).toBe(written);
  });

  it("writes spans as timedeltas, microseconds apart", () => {
    expect(timeDelta(90_061.25)).toEqual({ __type: "TimeDelta", days: 1, seconds: 3661, microseconds: 250_000 });
  });
});

describe("the type that a caller likes best", () => {
  const types = ["text/plain", "application/json"];
  it.each([
    ["*/*", "text/plain"],
    ["application/json", "application/json"],
    ["application/json, */*", "application/json"],
    ["application/json;q=0.1, text/*", "text/plain"],
    ["text/html", undefined],
    [undefined, undefined],
  ])("of %s is %s", (accept, liked) => {
    expect(acceptedType(accept, types)).toBe(liked);
  });
});

describe("a log line as text", () => {
  it("has the moment, the source, the level, the event and its fields", () => {
    const line = {
      timestamp: "2026-01-01T00:00:00.000000Z",
      level: "warning",
      source: "stderr",
      event: "hm",
      fields: { n: 1 },
    };
    expect(logText(line)).toBe("[2026-01-01T00:00:00.000000+0000] {stderr} WARNING - hm n=1\n");
  });

  it("of what was no JSON is the line itself", () => {
    expect(logText({ event: "half a li" })).toBe("half a li\n");
  });
});
