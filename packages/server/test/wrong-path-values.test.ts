import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALL_OPERATIONS } from "../src/dialects/all.ts";
import { type TestApp, testApp } from "../test-support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

/** Operations with a number or the like in their path. */
const typed = ALL_OPERATIONS.filter(({ params }) => Object.values(params).some(({ spec }) => spec.kind !== "text"));

describe("text where a number belongs in a path", () => {
  it("is met in several operations that change something", () => {
    expect(typed.filter(({ method }) => method !== "GET").length).toBeGreaterThan(5);
  });

  it.each(typed.map((each) => [`${each.method} ${each.path}`, each] as const))("is refused by %s", async (_, each) => {
    const path = each.path.replace(/\{(\w+)(?::path)?\}/g, (_brace, name: string) =>
      each.params[name]?.spec.kind === "integer" ? "seven" : "simple",
    );
    const answer = await app.ask(each.method, path, each.body === null ? undefined : {});
    expect(answer.status, `${path}: ${answer.text}`).toBeGreaterThanOrEqual(400);
    expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(500);
  });
});
