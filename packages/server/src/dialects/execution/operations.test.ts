import { afterAll, beforeAll, describe, expect, it } from "vitest";
import airflowOperations from "./airflow-operations.json" with { type: "json" };
import { MEANINGLESS } from "./meaningless.ts";
import { EXECUTION_OPERATIONS } from "./operations.ts";
import { type ExecutionServer, executionServer } from "./test-support/execution-server.ts";

let server: ExecutionServer;
beforeAll(async () => {
  server = await executionServer();
});
afterAll(async () => {
  await server.app[Symbol.asyncDispose]();
});

const shape = (method: string, path: string) => `${method} ${path.replace(/\{(\w+)(:path)?\}/g, "{}")}`;

describe("the execution API", () => {
  it("has every operation of Airflow's, save those that mean nothing here, each with its reason", () => {
    const here = new Set(EXECUTION_OPERATIONS.map(({ method, path }) => shape(method, path)));
    const missing = airflowOperations.filter(({ method, path }) => !here.has(shape(method, path)));
    expect(missing.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(MEANINGLESS).sort());
    const foreign = EXECUTION_OPERATIONS.filter(({ isOwn }) => !isOwn).map(({ operationId }) => operationId);
    const known = airflowOperations.map(({ operationId }) => operationId);
    expect(foreign.filter((id) => !known.includes(id))).toEqual([]);
  });

  it("is listed whole, with what is missing and why", async () => {
    const { body } = await server.app.ask("GET", "/api/windlass/v1/operations?dialect=execution");
    const poll = body.operations.find((each: any) => each.operation_id === "worker_poll");
    expect(poll).toMatchObject({ implemented: true, permissions: ["can_create on Workers"] });
    const test = body.operations.find((each: any) => each.operation_id === "patch_connection_test");
    expect(test).toMatchObject({ implemented: false, summary: MEANINGLESS.patch_connection_test });
  });

  const tokens = EXECUTION_OPERATIONS.filter(({ access }) => access !== "open");
  it.each(tokens.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    "%s answers 401 to nobody and 403 to a person",
    async (_, { method, path, body }) => {
      const url = path.replace(/\{\w+(:path)?\}/g, "1");
      const payload = body === null ? undefined : {};
      expect((await server.app.ask(method, url, payload, {})).status).toBe(401);
      const key = await server.app.ask(
        "POST",
        "/auth/token",
        { username: "viewer", password: "correct horse battery staple" },
        {},
      );
      const person = await server.app.ask(method, url, payload, {
        authorization: `Bearer ${key.body.access_token as string}`,
      });
      expect(person.status).toBe(403);
    },
  );

  it.each([undefined, "2025-04-11", "2026-06-30"])("answers a client of version %s", async (version) => {
    const headers = version === undefined ? {} : { "airflow-api-version": version };
    const answer = await server.app.ask("GET", "/execution/health", undefined, headers);
    expect([answer.status, answer.body]).toEqual([200, { status: "healthy" }]);
    expect(answer.headers["airflow-api-version"]).toBe("2026-06-30");
  });
});
