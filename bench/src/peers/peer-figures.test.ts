import { expect, test } from "vitest";
import { readFigures } from "./peer-figures.ts";

test("the figures are found among what libraries print, and the last ones count", () => {
  const output = 'started\npeer figures: {"perSecond":1}\nwarning: x\npeer figures: {"perSecond":2,"startMs":3}\nbye\n';
  expect(readFigures(output)).toEqual({ perSecond: 2, startMs: 3 });
});

test("a process that printed none has none", () => {
  expect(readFigures("started\nfailed\n")).toBeUndefined();
});
