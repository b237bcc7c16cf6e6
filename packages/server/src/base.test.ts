import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type TestApp, testApp } from "../test-support/test-app.ts";

let app: TestApp;
let ui: string;
beforeAll(async () => {
  ui = mkdtempSync(join(tmpdir(), "windlass-ui-"));
  mkdirSync(join(ui, "assets"));
  writeFileSync(
    join(ui, "index.html"),
    '<meta content="__WINDLASS_NONCE__"><base href="__WINDLASS_BASE__/"><title>Windlass</title>',
  );
  writeFileSync(join(ui, "assets", "main-1234.js"), "export {};");
  app = await testApp({ api: { base_url: "https://windlass.example/team" } }, ui);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  rmSync(ui, { recursive: true });
});

const html = { accept: "text/html,application/xhtml+xml" };

describe("the web page", () => {
  it("is served to a browser that navigates anywhere outside the APIs, with a nonce of its own each time", async () => {
    const first = await app.ask("GET", "/dags/simple/runs", undefined, html);
    const second = await app.ask("GET", "/", undefined, html);
    expect(first.status).toBe(200);
    expect(first.headers["content-type"]).toContain("text/html");
    const nonce = /nonce-([^']+)'/.exec(String(first.headers["content-security-policy"]))?.[1];
    expect(first.text).toContain(`content="${String(nonce)}"`);
    expect(first.text).toContain('href="/team/"');
    expect(second.headers["content-security-policy"]).not.toBe(first.headers["content-security-policy"]);
    expect(first.headers["strict-transport-security"]).toBeDefined();
  });

  it("is never served below the APIs, nor to a program that asks for JSON", async () => {
    expect(
      (await app.ask("GET", "/api/v2/nowhere", undefined, { ...html, ...basic("admin") })).headers["content-type"],
    ).toContain("json");
    const program = await app.ask("GET", "/trigger?dag_id=simple", undefined, { accept: "application/json" });
    expect(program.status).toBe(404);
    expect(program.headers["content-type"]).toContain("json");
  });

  it("lets its files be kept for ever, since their names hold their hash", async () => {
    const file = await app.ask("GET", "/assets/main-1234.js", undefined, {});
    expect(file.status).toBe(200);
    expect(file.headers["cache-control"]).toContain("immutable");
    expect((await app.ask("GET", "/assets/../index.html", undefined, {})).text).not.toContain("__WINDLASS");
  });
});

describe("the base path", () => {
  it("may stand in front of every path, or be stripped by a proxy", async () => {
    expect((await app.ask("GET", "/team/api/v2/version", undefined, {})).status).toBe(200);
    expect((await app.ask("GET", "/api/v2/version", undefined, {})).status).toBe(200);
    expect((await app.ask("GET", "/teams/api/v2/version", undefined, {})).status).toBe(404);
  });

  it("is the path of the session's cookie, which only TLS carries", async () => {
    const login = await app.ask(
      "POST",
      "/api/windlass/v1/session",
      { username: "admin", password: "correct horse battery staple" },
      {},
    );
    expect(login.status, login.text).toBe(200);
    expect(String(login.headers["set-cookie"])).toMatch(
      /^__Secure-windlass_session=\S+; Path=\/team\/; .*HttpOnly; SameSite=Lax; Secure/,
    );
  });
});

describe("methods that nobody declared", () => {
  it("answers HEAD as GET without the body", async () => {
    const head = await app.ask("HEAD", "/api/v2/version", undefined, {});
    expect(head.status).toBe(200);
    expect(head.text).toBe("");
  });

  it("answers OPTIONS with what is allowed, and opens nothing to other origins", async () => {
    const options = await app.ask("OPTIONS", "/api/v2/dags/simple", undefined, {
      ...basic("admin"),
      origin: "https://evil.example",
    });
    expect(options.status).toBe(405);
    expect(options.headers.allow).toBe("DELETE, GET, PATCH");
    expect(options.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("a trigger", () => {
  const path = "/api/v2/dags/simple/dagRuns";

  it("with the same Idempotency-Key twice makes one run, and says so the second time", async () => {
    const headers = { ...basic("admin"), "idempotency-key": "one-run" };
    const first = await app.ask("POST", path, { logical_date: null }, headers);
    const second = await app.ask("POST", path, { logical_date: null }, headers);
    expect(second.status, second.text).toBe(200);
    expect(second.body.dag_run_id).toBe(first.body.dag_run_id);
    expect(second.body.windlass.replayed).toBe(true);
    expect(second.headers["idempotent-replayed"]).toBe("true");
    const other = await app.ask("POST", path, { logical_date: null, note: "else" }, headers);
    expect(other.body.windlass.code).toBe("idempotency.key_reused");
  });

  it("of a paused Dag warns and offers to unpause it; handled strictly it is refused", async () => {
    const made = await app.ask("POST", "/api/v2/dags/paused/dagRuns", { logical_date: null });
    expect(made.status).toBe(200);
    const offers = made.body.windlass.warnings.map((each: { offer?: unknown }) => each.offer);
    expect(offers).toContainEqual({ method: "PATCH", path: "/api/v2/dags/paused", body: { is_paused: false } });
    const strict = await app.ask(
      "POST",
      "/api/v2/dags/paused/dagRuns",
      { logical_date: null },
      { ...basic("admin"), prefer: "handling=strict" },
    );
    expect(strict.status).toBe(409);
    expect(strict.body.windlass.code).toBe("dag.paused_strict");
  });

  it("that is refused leaves a row with the corrected request and without any password", async () => {
    const refused = await app.ask("POST", "/api/v2/dags/required_param/dagRuns", {
      logical_date: null,
      conf: { password: "hunter22" },
    });
    await app.actions.refusals.flush();
    const rows = await app.database.database.query<{ code: string; corrected: { method: string }; request: unknown }>(
      "select code, corrected, request from refused_request where request_id = $1",
      [refused.headers["x-request-id"]],
    );
    expect(rows).toMatchObject([{ code: "params.missing", corrected: { method: "POST" } }]);
    expect(JSON.stringify(rows)).not.toContain("hunter22");
  });
});

describe("a log on v2", () => {
  it("is told as JSON with a place to go on from, and as NDJSON", async () => {
    await app.ask("POST", "/api/v2/dags/simple/dagRuns", { dag_run_id: "logged", logical_date: null });
    const { database } = app.database;
    const [instance] = await database.query<{ id: number; attempt_id: string }>(
      "update task_instance t set state = 'running', try_number = 1, start_date = now(), lease_until = now() + interval '1 hour' from dag_run r where r.id = t.dag_run_id and r.run_id = 'logged' returning t.id, t.attempt_id",
    );
    await database.execute(
      "insert into task_attempt (attempt_id, task_instance_id, try_number, dispatch_sequence, queued_at, started_at) values ($1, $2, 1, 1, now(), now())",
      [instance?.attempt_id, instance?.id],
    );
    const line = (event: string) =>
      `${JSON.stringify({ timestamp: "2026-01-01T00:00:00.000000Z", level: "info", event, fields: { n: 1 } })}\n`;
    app.logs.set(String(instance?.attempt_id), `${line("one")}${line("two")}{"event":"hal`);
    const url = "/api/v2/dags/simple/dagRuns/logged/taskInstances/hello/logs/1";
    const first = await app.ask("GET", url);
    expect(first.body.content.map((each: { event: string }) => each.event)).toEqual(["one", "two"]);
    expect(first.body.content[0].n).toBe(1);
    expect(first.body.continuation_token).toEqual(expect.any(String));
    app.logs.set(String(instance?.attempt_id), `${line("one")}${line("two")}${line("half")}`);
    const second = await app.ask("GET", `${url}?token=${String(first.body.continuation_token)}`);
    expect(second.body.content.map((each: { event: string }) => each.event)).toEqual(["half"]);
    const lines = await app.ask("GET", url, undefined, { ...basic("admin"), accept: "application/x-ndjson" });
    expect(lines.headers["content-type"]).toContain("application/x-ndjson");
    expect(lines.text.trim().split("\n")).toHaveLength(3);
  });
});
