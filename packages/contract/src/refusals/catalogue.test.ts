import { describe, expect, it } from "vitest";
import { WARNING_CODES, WARNINGS, warning } from "../decision/warnings.ts";
import { CATALOGUE, refusal, REFUSAL_CODES } from "./catalogue.ts";
import type { CatalogueEntry } from "./entry.ts";

describe("the catalogue of refusals", () => {
  it.each(REFUSAL_CODES)("says of %s what is wrong, what to do and what happens meanwhile, in sentences", (code) => {
    const entry: CatalogueEntry = CATALOGUE[code];
    expect(code).toMatch(/^[a-z_]+\.[a-z_0-9]+$/);
    expect(entry.summary).toMatch(/^[A-Z0-9`].*[^.]$/);
    for (const text of [entry.reason, entry.meanwhile]) expect(text.trim()).not.toBe("");
    expect(entry.fix.trim()).not.toBe("");
    for (const status of Object.values(entry.status)) expect(status).toBeGreaterThanOrEqual(400);
  });

  it("answers credentials that came and are not believed 401 in every dialect", () => {
    for (const code of REFUSAL_CODES.filter(
      (each) => each.startsWith("credentials.") && !["credentials.throttled", "credentials.incomplete"].includes(each),
    )) {
      expect(Object.values(CATALOGUE[code].status), code).toEqual([401, 401, 401]);
    }
  });

  it("fills templates and leaves a name without data visible", () => {
    expect(refusal("dag.unknown", { dag_id: "x", near: "" }).reason).toBe("No Dag is called x.");
    expect(refusal("dag.unknown").reason).toContain("{dag_id}");
  });

  it("has a way out for every warning", () => {
    for (const code of WARNING_CODES) {
      expect(WARNINGS[code].fix).not.toBe("");
      expect(warning(code).code).toBe(code);
    }
  });
});
