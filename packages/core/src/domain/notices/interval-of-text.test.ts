import { expect, it } from "vitest";
import { intervalOfText } from "./interval-of-text.ts";

it("reads a deadline's interval from a variable's text: seconds or a span, also before the reference", () => {
  const read = ["3600", " -60\n", "1h30m", "-1.5h", "0", "", "-", "soon", "1e9", "--5", "5 m", "99999999999"].map(
    intervalOfText,
  );
  expect(read).toEqual([3_600, -60, 5_400, -5_400, 0, ...Array<undefined>(7).fill(undefined)]);
});
