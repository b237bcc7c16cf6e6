import { describe, expect, it } from "vitest";
import { pythonSlice } from "./python-slice.ts";

const all = [0, 1, 2, 3, 4];

// What Python 3 prints for `list(range(5))[start:stop:step]`.
describe("a slice as Python cuts it", () => {
  it.each([
    [undefined, undefined, undefined, [0, 1, 2, 3, 4]],
    [1, 3, undefined, [1, 2]],
    [-2, undefined, undefined, [3, 4]],
    [undefined, -1, undefined, [0, 1, 2, 3]],
    [undefined, undefined, -1, [4, 3, 2, 1, 0]],
    [3, 0, -2, [3, 1]],
    [-1, -4, -1, [4, 3, 2]],
    [10, 20, undefined, []],
    [undefined, 3, 2, [0, 2]],
    [10, undefined, -1, [4, 3, 2, 1, 0]],
    [0, -10, undefined, []],
  ])("[%s:%s:%s] is %o", (start, stop, step, expected) => {
    expect(pythonSlice(all, start, stop, step)).toEqual(expected);
  });
});
