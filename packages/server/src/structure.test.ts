import { ACTION_NAMES, actionEntry, isJsonObject } from "@windlass/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type TestApp, testApp } from "../test-support/test-app.ts";
import { ALL_OPERATIONS } from "./dialects/all.ts";
import { openApiDocument } from "./openapi.ts";
import type { Operation } from "./operation.ts";
import { standardHeaders } from "./security/headers.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ api: { maximum_body_bytes: 4096 } });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

/** A path of an operation with something in place of each parameter. */
function pathOf(operation: Operation, values: Readonly<Record<string, string>> = {}): string {
  return operation.path.replace(/\{(\w+)(?::path)?\}/g, (_, name: string) => values[name] ?? "1");
}

const named = ALL_OPERATIONS.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);

describe("every operation", () => {
  it.each(named)("%s names an action and reads a closed body", (_, operation) => {
    expect(ACTION_NAMES).toContain(operation.action);
    if (operation.body !== null) expect(operation.body.spec.kind).toBe("record");
    if (operation.method === "GET" && operation.operationId !== "logout" && operation.operationId !== "logout_page") {
      expect(actionEntry(operation.action).mutates, "a GET that changes something").toBe(false);
    }
  });

  it("has an id that no other operation of its dialect has", () => {
    const ids = ALL_OPERATIONS.map(({ dialect, operationId }) => `${dialect} ${operationId}`);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each(named)("%s answers 401 to nobody, unless it is for everybody", async (_, operation) => {
    const answer = await app.ask(operation.method, pathOf(operation), operation.body === null ? undefined : {}, {});
    if (actionEntry(operation.action).access === "anonymous") expect(answer.status).not.toBe(500);
    else expect(answer.status, answer.text.slice(0, 300)).toBe(401);
  });

  const aboutDags = named.filter(([, { path }]) => path.includes("{dag_id}"));
  it.each(aboutDags)("%s shows nothing of a Dag that the caller may not read", async (_, operation) => {
    const path = pathOf(operation, { dag_id: "paused", dag_run_id: "canary", run_id: "canary", task_id: "hello" });
    const answer = await app.ask(
      operation.method,
      path,
      operation.body === null ? undefined : {},
      basic("only_simple"),
    );
    expect(answer.status, answer.text.slice(0, 300)).toBeLessThan(500);
    if (answer.status < 300) expect(answer.text).not.toMatch(/canary|"hello"|fixtures/);
    else expect([400, 403, 404, 422]).toContain(answer.status);
  });
});

describe("a Dag that the caller may not read", () => {
  it.each([
    "/api/v2/dags/{dag}",
    "/api/v2/dags/{dag}/details",
    "/api/v2/dags/{dag}/dagRuns",
    "/api/v2/dags/{dag}/dagRuns/any",
    "/api/v2/dags/{dag}/dagRuns/any/taskInstances",
    "/api/v2/dags/{dag}/dagRuns/~/taskInstances",
    "/api/v2/dags/{dag}/tasks",
    "/api/v2/dagSources/{dag}",
  ])("answers at %s as one that is not there", async (path) => {
    const there = await app.ask("GET", path.replace("{dag}", "paused"), undefined, basic("only_simple"));
    const absent = await app.ask("GET", path.replace("{dag}", "unknown"), undefined, basic("only_simple"));
    expect(there.status).toBe(absent.status);
    expect(there.body.windlass.code).toBe(absent.body.windlass.code);
    expect(there.body.windlass.reason.replaceAll("paused", "unknown")).toBe(absent.body.windlass.reason);
  });
});

describe("the OpenAPI documents", () => {
  it.each(["v1", "v2", "native"] as const)("of %s name exactly the routes that there are", (dialect) => {
    const document = openApiDocument(dialect, ALL_OPERATIONS, "0", "");
    const paths = isJsonObject(document.paths) ? document.paths : {};
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = ALL_OPERATIONS.filter((each) => each.dialect === dialect).map(
      ({ method, path }) => `${method} ${path.replace(/:path\}/g, "}")}`,
    );
    expect(described.sort()).toEqual(routes.sort());
  });

  it.each(["/api/v1/openapi.json", "/api/v2/openapi.json", "/openapi.json", "/api/windlass/v1/openapi.json"])(
    "%s is served",
    async (path) => {
      const answer = await app.ask("GET", path, undefined, {});
      expect(answer.status).toBe(200);
      expect(answer.body.openapi).toBe("3.1.0");
    },
  );
});

describe("every answer, refused or not", () => {
  const large = { note: "x".repeat(5000) };
  it.each([
    ["GET", "/api/v2/version", undefined, {}, 200],
    ["GET", "/api/v2/dags", undefined, {}, 401],
    ["GET", "/api/v2/dags/nope", undefined, basic("admin"), 404],
    ["GET", "/api/v2/nowhere", undefined, basic("admin"), 404],
    ["DELETE", "/api/v2/version", undefined, basic("admin"), 405],
    ["GET", "/nowhere", undefined, {}, 404],
    ["GET", "/api/v2/dags/%ff", undefined, basic("admin"), 400],
    ["POST", "/api/v2/dags/simple/dagRuns", { nope: 1 }, basic("admin"), 422],
    ["POST", "/api/v2/dags/simple/dagRuns", large, basic("admin"), 413],
    ["POST", "/api/v2/dags/simple/dagRuns", {}, basic("viewer"), 403],
    ["POST", "/api/v2/dags/simple/dagRuns", {}, { ...basic("admin"), "content-encoding": "gzip" }, 415],
    ["POST", "/api/v2/dags/simple/dagRuns", {}, { ...basic("admin"), origin: "https://evil.example" }, 403],
    ["POST", "/api/v2/dags/simple/dagRuns", {}, { ...basic("admin"), "sec-fetch-site": "cross-site" }, 403],
    ["POST", "/api/v1/dags/simple/dagRuns", { nope: 1 }, basic("admin"), 400],
    ["GET", "/api/windlass/v1/nowhere", undefined, basic("admin"), 404],
  ] as const)(
    "%s %s with %o carries the standard headers and a request id",
    async (method, url, body, headers, status) => {
      const answer = await app.ask(method, url, body, headers);
      expect(answer.status, answer.text.slice(0, 300)).toBe(status);
      for (const [name, value] of Object.entries(standardHeaders(false)))
        expect(answer.headers[name], name).toBe(value);
      expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers["content-type"]).toMatch(/json/);
      if (status === 405) expect(answer.headers.allow).toBe("GET");
    },
  );
});

describe("hostile bodies", () => {
  it.each([
    ["a name twice", '{"logical_date": null, "conf": {"a": 1, "a": 2}}', "request.json_shape"],
    ["a prototype", '{"logical_date": null, "conf": {"__proto__": {}}}', "request.json_shape"],
    ["a deep nesting", `{"logical_date": null, "conf": ${'{"a":'.repeat(80)}1${"}".repeat(80)}}`, "request.json_shape"],
    ["NaN", '{"logical_date": null, "conf": {"a": NaN}}', "request.not_json"],
  ])("with %s are refused by name", async (_, payload, code) => {
    const answer = await app.server.inject({
      method: "POST",
      url: "/api/v2/dags/simple/dagRuns",
      headers: { ...app.admin, "content-type": "application/json" },
      payload,
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().windlass.code).toBe(code);
  });
});
