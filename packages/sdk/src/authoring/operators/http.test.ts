import { gzipSync } from "node:zlib";
import type { JsonObject } from "@windlass/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startWebServer, type TestWebServer } from "../../../test-support/http-server.ts";
import "../../testing/index.ts";
import { Dag } from "../dag.ts";

let server: TestWebServer;
let other: TestWebServer;
let busy = 0;

beforeAll(async () => {
  other = await startWebServer((_, response) => response.end("elsewhere"));
  server = await startWebServer((request, response) => {
    const path = request.url.split("?")[0] ?? "";
    switch (path) {
      case "/missing":
        response.writeHead(404).end("nothing here");
        return;
      case "/busy":
        busy += 1;
        if (busy < 3) response.writeHead(503, { "retry-after": "7" }).end("later");
        else response.end("done");
        return;
      case "/large":
        response.end("x".repeat(5_000));
        return;
      case "/packed":
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("unpacked"));
        return;
      case "/elsewhere":
        response.writeHead(302, { location: `${other.url}/` }).end();
        return;
      case "/never":
        return;
      case "/soon":
        busy += 1;
        response.writeHead(busy < 3 ? 404 : 200).end(JSON.stringify({ done: busy > 3 }));
        return;
      default:
        response.end(JSON.stringify({ path: request.url, body: request.body }));
    }
  });
});
afterAll(async () => {
  await Promise.all([server.stop(), other.stop()]);
});
beforeEach(() => {
  busy = 0;
  server.seen.length = 0;
  other.seen.length = 0;
});

function connection(extra: JsonObject = {}) {
  return { connType: "http", host: "127.0.0.1", port: server.port, login: "me", password: "sesame-open", extra };
}

async function ran(dag: Dag) {
  const result = await dag.test({ connections: { api: connection({ "x-team": "blue" }) } });
  return { ...result, first: result.taskInstances[0] };
}

describe("the http operator", () => {
  it("posts through a connection with its account and headers, and gives the body as text", async () => {
    const dag = new Dag("posts");
    const name = dag.task("name", () => "Ada")();
    dag.http("ask", {
      connection: "api",
      path: "v1/people",
      query: { dry: true, page: 2 },
      headers: () => ({ "X-Own": "1" }),
      json: { name },
    });
    const { state, xcoms } = await ran(dag);
    expect(state).toBe("success");
    expect(JSON.parse(xcoms.ask?.return_value as string)).toEqual({
      path: "/v1/people?dry=true&page=2",
      body: '{"name":"Ada"}',
    });
    expect(server.seen[0]?.method).toBe("POST");
    expect(server.seen[0]?.headers).toMatchObject({
      "x-own": "1",
      "x-team": "blue",
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from("me:sesame-open").toString("base64")}`,
    });
  });

  it("sends a form, and makes of the response what the author wants", async () => {
    const dag = new Dag("form");
    dag.http("ask", {
      connection: "api",
      data: { a: "1 & 2", b: true },
      responseFilter: (response) => response.json<{ body: string }>().body,
    });
    expect((await ran(dag)).xcoms.ask).toEqual({ return_value: "a=1+%26+2&b=true" });
  });

  it("fails by a status, with what the server said, and tells no secret", async () => {
    const dag = new Dag("fails");
    dag.http("ask", {
      connection: "api",
      path: "/missing",
      method: "GET",
      headers: { authorization: "Bearer abcdef" },
    });
    const { first, logs } = await ran(dag);
    expect(first).toMatchObject({ state: "failed", error: { name: "HttpStatusError" } });
    expect(first?.error?.message).toBe("The server answered with status 404. It said: nothing here");
    expect(JSON.stringify(logs)).not.toContain("sesame");
  });

  it("waits as long as the server asks before it tries again, and not at all where another try cannot help", async () => {
    const dag = new Dag("busy", { defaultTask: { retries: 3 } });
    dag.http("ask", { connection: "api", path: "/busy", method: "GET" });
    const done = await ran(dag);
    expect(done.first).toMatchObject({ state: "success", tryNumber: 3, xcom: "done" });

    const hopeless = new Dag("hopeless", { defaultTask: { retries: 3 } });
    hopeless.http("ask", { connection: "api", path: "/missing", retryOnStatus: [503] });
    expect((await ran(hopeless)).first).toMatchObject({ state: "failed", tryNumber: 1 });
  });

  it("fails where the response is not what responseCheck wants, or larger than allowed", async () => {
    const dag = new Dag("checks");
    dag.http("ask", { connection: "api", responseCheck: ({ text }) => text.includes("no such thing") });
    expect((await ran(dag)).first?.error?.message).toBe("The response is not what responseCheck wants.");

    const large = new Dag("large");
    large.http("ask", { connection: "api", path: "/large", maxResponseBytes: 4_999 });
    expect((await ran(large)).first?.error?.message).toMatch(/more than 4999 bytes/);
    const fits = new Dag("fits");
    fits.http("ask", { connection: "api", path: "/large", maxResponseBytes: 5_000 });
    expect((await ran(fits)).state).toBe("success");
  });

  it("unpacks a packed body, and gives no other server what was meant for the first", async () => {
    const dag = new Dag("packed");
    dag.http("packed", { connection: "api", path: "/packed", method: "GET" });
    dag.http("moved", { connection: "api", path: "/elsewhere", method: "POST", json: 1 });
    const { xcoms } = await ran(dag);
    expect(xcoms).toMatchObject({ packed: { return_value: "unpacked" }, moved: { return_value: "elsewhere" } });
    expect(other.seen[0]?.method).toBe("GET");
    expect(other.seen[0]?.headers).not.toHaveProperty("authorization");
    expect(other.seen[0]?.headers).not.toHaveProperty("content-type");
  });

  it("ends a request that is not answered in time, by its own time and by the task's", async () => {
    const dag = new Dag("never");
    dag.http("ask", { connection: "api", path: "/never", requestTimeout: "50ms" });
    expect((await ran(dag)).first?.error).toMatchObject({ name: "RequestTimeout" });
    const task = new Dag("never_task");
    task.http("ask", { connection: "api", path: "/never", executionTimeout: "50ms" });
    expect((await ran(task)).first?.error).toMatchObject({ kind: "timeout" });
  });

  it("is refused without its connection, and at load where its options are wrong", async () => {
    const dag = new Dag("lacks");
    dag.http("ask", { connection: "elsewhere" });
    expect((await dag.test()).refusals.map((each) => each.code)).toEqual(["requirement.connection"]);

    const wrong = new Dag("wrong");
    wrong.http("ask", { method: "FETCH" as never, json: 1, data: "x", retryOnStatus: ["503"] as never });
    const problem = (await wrong.test().catch((thrown: unknown) => thrown)) as { refusals: { reason: string }[] };
    expect(problem.refusals.map((each) => each.reason).join("\n")).toMatch(/method[^]*path[^]*data[^]*retryOnStatus/);
  });
});

describe("the http sensor", () => {
  it("asks until the status and the check say yes", async () => {
    const dag = new Dag("waits");
    dag.httpSensor("ask", {
      connection: "api",
      path: "/soon",
      responseCheck: (response) => response.json<{ done: boolean }>().done,
    });
    expect((await ran(dag)).state).toBe("success");
    expect(server.seen).toHaveLength(4);
    expect(server.seen[0]?.method).toBe("GET");
  });

  it("fails by any other status", async () => {
    const dag = new Dag("waits_not");
    dag.httpSensor("ask", { connection: "api", path: "/busy" });
    expect((await ran(dag)).first?.error?.message).toMatch(/status 503/);
  });
});
