import { describe, expect, it } from "vitest";
import { safeNext } from "./sign-in.tsx";

describe("where signing in leads", () => {
  it("is back to a path of this app and never to another site", () => {
    expect(safeNext("/dags?search=a")).toBe("/dags?search=a");
    for (const hostile of [
      "//evil.example",
      "https://evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
      undefined,
    ])
      expect(safeNext(hostile)).toBe("/");
  });
});
