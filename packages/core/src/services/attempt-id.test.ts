import { randomBytes } from "node:crypto";
import { instant } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { attemptIds } from "./attempt-id.ts";

describe("attempt ids", () => {
  it("are uuids v7 of the moment, each another", () => {
    const next = attemptIds({ now: () => instant("2026-01-01T00:00:00Z") }, { bytes: (count) => randomBytes(count) });
    const ids = Array.from({ length: 600 }, next);
    expect(new Set(ids).size).toBe(600);
    const millis = Date.parse("2026-01-01T00:00:00Z").toString(16).padStart(12, "0");
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(id.replaceAll("-", "").slice(0, 12)).toBe(millis);
    }
  });
});
