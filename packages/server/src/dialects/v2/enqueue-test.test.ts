import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type TestApp, testApp } from "../../../test-support/test-app.ts";

const PATH = "/api/v2/connections/enqueue-test";

let app: TestApp;
let peer: Server;
let port: number;
beforeAll(async () => {
  app = await testApp({ core: { test_connection: "Enabled" } });
  peer = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await once(peer, "listening");
  port = (peer.address() as AddressInfo).port;
});
afterAll(async () => {
  peer.close();
  await app[Symbol.asyncDispose]();
});

const enqueue = (body: Readonly<Record<string, unknown>>, headers = app.admin) =>
  app.ask("POST", PATH, { conn_type: "ftp", host: "127.0.0.1", port, ...body }, headers);
const look = (token: string, headers = app.admin) =>
  app.ask("GET", PATH, undefined, { ...headers, "Airflow-Connection-Test-Token": token });

async function ended(token: string): Promise<{ readonly state: string; readonly result_message: string }> {
  await expect.poll(async () => (await look(token)).body.state, { timeout: 10_000 }).toMatch(/success|failed/);
  return (await look(token)).body;
}

describe("a test of a connection that is looked at later", () => {
  it("tells by its token that nothing but the host was tried where there is no client", async () => {
    const asked = await enqueue({ connection_id: "reached" });
    expect([asked.status, asked.body.state, asked.body.connection_id]).toEqual([202, "pending", "reached"]);
    const { state, result_message: message } = await ended(asked.body.token);
    expect(state).toBe("success");
    expect(message).toContain("the credentials were not tried");
    expect((await app.ask("GET", "/api/v2/connections/reached")).status).toBe(404);
  });

  it("keeps the connection where that is asked for and it works, and changes nothing otherwise", async () => {
    const works = await enqueue({ connection_id: "kept", password: "first", commit_on_success: true });
    expect(await ended(works.body.token)).toMatchObject({ state: "success" });
    expect((await app.ask("GET", "/api/v2/connections/kept")).body).toMatchObject({ conn_type: "ftp", port });
    peer.close();
    const fails = await enqueue({ connection_id: "kept", login: "new", commit_on_success: true });
    expect(await ended(fails.body.token)).toMatchObject({ state: "failed" });
    expect((await app.ask("GET", "/api/v2/connections/kept")).body.login).toBeNull();
  });

  it("is the only one of its connection while it is under way, unless its server has ended", async () => {
    const { database } = app.database;
    await database.execute("insert into connection_test (token, connection_id) values ('t', 'busy')");
    const refused = await enqueue({ connection_id: "busy" });
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toBe("An active connection test already exists for connection_id `busy`.");
    await database.execute("update connection_test set created_at = now() - interval '1 hour' where token = 't'");
    expect((await enqueue({ connection_id: "busy" })).status).toBe(202);
    expect((await look("t")).body).toMatchObject({ state: "failed" });
  });

  it("needs the rights to connections, a known executor, and its token", async () => {
    expect((await enqueue({ connection_id: "x" }, basic("viewer"))).status).toBe(403);
    expect((await look("t", basic("viewer"))).status).toBe(403);
    expect((await enqueue({ connection_id: "x", executor: "KubernetesExecutor" })).status).toBe(422);
    expect((await look("none")).status).toBe(404);
    expect((await app.ask("GET", PATH)).status).toBe(422);
  });
});
