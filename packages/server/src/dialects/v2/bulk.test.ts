import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestApp, testApp } from "../../../test-support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

const bulk = (kind: string, ...actions: object[]) => app.ask("PATCH", `/api/v2/${kind}`, { actions });

describe("many changes in one request on v2", () => {
  it("makes, changes and deletes variables, and names what failed beside what succeeded", async () => {
    const entity = { key: "many", value: "a" };
    const made = await bulk("variables", { action: "create", entities: [entity, { key: "many_2", value: 2 }] });
    expect(made.body, made.text).toMatchObject({
      create: { success: ["many", "many_2"], errors: [] },
      update: null,
      delete: null,
    });
    const again = await bulk("variables", { action: "create", entities: [entity] });
    expect(again.body.create).toEqual({
      success: [],
      errors: [{ error: "The variables with these keys: {'many'} already exist.", status_code: 409 }],
    });
    const mixed = await bulk(
      "variables",
      { action: "create", action_on_existence: "overwrite", entities: [{ key: "many", value: "b" }] },
      { action: "update", action_on_non_existence: "skip", entities: [{ key: "nowhere", value: "b" }] },
      { action: "delete", entities: ["many_2", "nowhere"] },
    );
    expect(mixed.body.create).toEqual({ success: ["many"], errors: [] });
    expect(mixed.body.update).toEqual({ success: [], errors: [] });
    expect(mixed.body.delete).toMatchObject({ success: [], errors: [{ status_code: 404 }] });
    expect((await app.ask("GET", "/api/v2/variables/many")).body.value).toBe("b");
    expect((await app.ask("GET", "/api/v2/variables/many_2")).status).toBe(200);
  });

  it("changes only what the mask names", async () => {
    await bulk("pools", { action: "create", entities: [{ name: "wide", slots: 3, description: "before" }] });
    const entity = { name: "wide", slots: 5, description: "after" };
    const changed = await bulk("pools", { action: "update", update_mask: ["slots"], entities: [entity] });
    expect(changed.body.update, changed.text).toEqual({ success: ["wide"], errors: [] });
    expect((await app.ask("GET", "/api/v2/pools/wide")).body).toMatchObject({ slots: 5, description: "before" });
  });

  it("changes nothing where one entity is wrong, and says which", async () => {
    const right = { connection_id: "right", conn_type: "http" };
    const refused = await bulk("connections", { action: "create", entities: [right, { connection_id: "no type" }] });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain("conn_type");
    expect((await app.ask("GET", "/api/v2/connections/right")).status).toBe(404);
  });
});
