import { testChain, testDag } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type NativeServer, nativeServer, PASSWORD } from "./test-support/native-server.ts";

let native: NativeServer;

beforeAll(async () => {
  native = await nativeServer();
  await native.account("reader", ["Viewer"]);
  await native.account("auditor", { permissions: ["can_read on Audit Logs", "can_read on DAG:alpha"] });
  const required = { n: { schema: { type: "integer" }, hasDefault: false, default: null, description: null } };
  await native.store([
    testDag("alpha", testChain(1)),
    testDag("beta", testChain(1)),
    testDag("needs", testChain(1), { params: required }),
  ]);
});

afterAll(async () => {
  await native?.[Symbol.asyncDispose]();
});

describe("a session", () => {
  it("is made by a log-in, works by its cookie, and ends by a log-out", async () => {
    const login = await native.ask(null, "POST", "/session", { username: "admin", password: PASSWORD });
    expect(login.statusCode, login.body).toBe(200);
    expect(login.json().principal).toMatchObject({
      name: "admin",
      kind: "user",
      roles: ["Admin"],
      credential: { kind: "session" },
    });
    const set = String(login.headers["set-cookie"]);
    expect(set).toMatch(/^windlass_session=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const cookie = set.split(";")[0] ?? "";
    const me = await native.ask(null, "GET", "/me", undefined, { cookie });
    expect(me.json()).toMatchObject({ name: "admin", credential: { kind: "session" } });
    expect(me.json().permissions).toContain("can_edit on DAGs");
    const out = await native.ask(null, "DELETE", "/session", undefined, { cookie });
    expect(out.statusCode).toBe(204);
    expect(String(out.headers["set-cookie"])).toContain("Max-Age=0");
    const after = await native.ask(null, "GET", "/me", undefined, { cookie });
    expect(after.statusCode).toBe(401);
    expect(after.json().refusal.code).toBe("credentials.session_ended");
    expect((await native.ask(null, "DELETE", "/session", undefined, { cookie })).statusCode).toBe(204);
  });

  it("is refused for a wrong password and for a form that is not filled in", async () => {
    const wrong = await native.ask(null, "POST", "/session", { username: "admin", password: "not it" });
    expect(wrong.statusCode).toBe(401);
    expect(wrong.json().refusal.code).toBe("credentials.wrong");
    const empty = await native.ask(null, "POST", "/session", { username: "admin" });
    expect(empty.json().refusal).toMatchObject({ code: "request.field_missing", pointer: "/password" });
    expect(
      (
        await native.ask(
          null,
          "POST",
          "/session",
          { username: "admin", password: PASSWORD },
          { origin: "https://elsewhere.example" },
        )
      ).json().refusal.code,
    ).toBe("request.foreign_origin");
  });
});

describe("a check", () => {
  const trigger = (dagId: string, body: unknown = { logical_date: null }) => ({
    method: "POST",
    path: `/api/v2/dags/${dagId}/dagRuns`,
    body,
  });

  it("answers as the call itself would, and changes nothing", async () => {
    const check = await native.ask("admin", "POST", "/check", trigger("needs"));
    expect(check.statusCode, check.body).toBe(200);
    const call = await native.ask("admin", "POST", "/api/v2/dags/needs/dagRuns", { logical_date: null });
    expect(check.json()).toMatchObject({
      allowed: false,
      status: call.statusCode,
      refusals: [{ code: "params.missing" }],
    });
    expect(call.json().windlass.code).toBe("params.missing");
    expect((await native.ask("admin", "POST", "/check", trigger("alpha"))).json()).toMatchObject({
      allowed: true,
      status: 200,
      refusals: [],
    });
    expect(await native.test.database.query("select 1 from dag_run")).toEqual([]);
  });

  it("tells warnings with the request that mends them", async () => {
    await native.test.database.execute("update dag set is_paused = true where dag_id = 'beta'");
    const { warnings } = (await native.ask("admin", "POST", "/check", trigger("beta"))).json();
    expect(warnings.find((each: { code: string }) => each.code === "dag_paused")).toMatchObject({
      offer: { method: "PATCH" },
    });
    expect(
      (
        await native.ask("admin", "POST", "/check", { ...trigger("beta"), headers: { Prefer: "handling=strict" } })
      ).json(),
    ).toMatchObject({ allowed: false, status: 409 });
  });

  it("is made as somebody else by those who may read users, and by nobody else", async () => {
    const as = await native.ask("admin", "POST", "/check", { ...trigger("alpha"), as: "reader" });
    expect(as.json()).toMatchObject({ allowed: false, status: 403, refusals: [{ code: "permission.missing" }] });
    expect(
      (await native.ask("reader", "POST", "/check", { ...trigger("alpha"), as: "admin" })).json().refusal.code,
    ).toBe("permission.missing");
    expect(
      (await native.ask("admin", "POST", "/check", { ...trigger("alpha"), as: "nobody" })).json().refusal,
    ).toMatchObject({ code: "object.unknown", pointer: "/as" });
  });

  it("knows unknown paths and refuses to describe nothing", async () => {
    expect(
      (await native.ask("admin", "POST", "/check", { method: "POST", path: "/api/v2/dag/alpha/dagRuns" })).json(),
    ).toMatchObject({ allowed: false, status: 404 });
    expect((await native.ask("admin", "POST", "/check", { path: "/x" })).json().refusal.pointer).toBe("/method");
    expect((await native.ask("admin", "POST", "/check")).json().refusal.code).toBe("request.body_missing");
  });
});

describe("refused requests", () => {
  it("are told with reason, fix and corrected request, and counted by code", async () => {
    const refused = await native.ask("admin", "POST", "/api/v2/dags/needs/dagRuns", { logical_date: null });
    const answer = await native.ask("admin", "GET", "/refusals?code=params.missing");
    expect(answer.statusCode, answer.body).toBe(200);
    const { refusals, by_code, total_entries } = answer.json();
    expect(total_entries).toBe(refusals.length);
    expect(refusals[0]).toMatchObject({
      request_id: refused.headers["x-request-id"],
      account_name: "admin",
      credential_kind: "basic",
      method: "POST",
      path: "/api/v2/dags/needs/dagRuns",
      route: "/api/v2/dags/{dag_id}/dagRuns",
      code: "params.missing",
      dag_id: "needs",
      request: { method: "POST", body: { logical_date: null } },
    });
    expect(refusals[0].request.headers.authorization).toBe("Basic ***");
    expect(by_code).toMatchObject([{ code: "params.missing", count: total_entries }]);
    const one = await native.ask("admin", "GET", `/refusals/${String(refused.headers["x-request-id"])}`);
    expect(one.json()).toEqual(refusals[0]);
  });

  it("are one's own alone without the right to the audit log, and within the readable Dags with it", async () => {
    const mine = await native.ask("reader", "POST", "/api/v2/dags/alpha/dagRuns", { logical_date: null });
    await native.ask("admin", "POST", "/api/v2/dags/alpha/dagRuns", { logical_date: "no date" });
    const accounts = async (who: string): Promise<Set<string>> =>
      new Set(
        (await native.ask(who, "GET", "/refusals"))
          .json()
          .refusals.map((each: { account_name: string }) => each.account_name),
      );
    expect(await accounts("reader")).toEqual(new Set(["reader"]));
    const { refusals } = (await native.ask("auditor", "GET", "/refusals")).json();
    expect(new Set(refusals.map((each: { dag_id: string | null }) => each.dag_id))).toEqual(new Set(["alpha", null]));
    expect((await native.ask("reader", "GET", `/refusals/${String(mine.headers["x-request-id"])}`)).statusCode).toBe(
      200,
    );
    const other = (await native.ask("admin", "GET", "/refusals?code=params.missing")).json().refusals[0].request_id;
    expect((await native.ask("reader", "GET", `/refusals/${other}`)).json().refusal.code).toBe("object.unknown");
    expect((await native.ask("auditor", "GET", `/refusals/${other}`)).statusCode).toBe(404);
  });

  it("are filtered by account, Dag and time", async () => {
    const total = async (query: string): Promise<number> =>
      (await native.ask("admin", "GET", `/refusals?${query}`)).json().total_entries;
    expect(await total("account=reader&dag_id=alpha")).toBe(1);
    expect(await total("since=2100-01-01T00:00:00Z")).toBe(0);
    expect((await native.ask(null, "GET", "/refusals")).statusCode).toBe(401);
  });
});

describe("API keys", () => {
  it("are made with a token that is told once, work, are listed and revoked", async () => {
    const made = await native.ask("admin", "POST", "/api-keys", { name: "ci", expires_in_days: 30 });
    expect(made.statusCode, made.body).toBe(201);
    const { id, token, display_id } = made.json();
    expect(token).toMatch(/^windlass_p_[0-9A-Za-z]{36}$/);
    const headers = { authorization: `Bearer ${token}` };
    expect((await native.ask(null, "GET", "/me", undefined, headers)).json()).toMatchObject({
      name: "admin",
      credential: { kind: "api-key" },
    });
    const { api_keys } = (await native.ask("admin", "GET", "/api-keys")).json();
    expect(api_keys).toMatchObject([{ id, name: "ci", display_id, scopes: null }]);
    expect(JSON.stringify(api_keys)).not.toContain(token);
    expect((await native.ask("admin", "DELETE", `/api-keys/${id}`)).statusCode).toBe(204);
    const revoked = await native.ask(null, "GET", "/me", undefined, headers);
    expect(revoked.statusCode).toBe(401);
    expect(revoked.json().refusal.code).toBe("credentials.key_revoked");
    expect((await native.ask("admin", "DELETE", `/api-keys/${id}`)).json().refusal.code).toBe("object.unknown");
  });

  it("can be narrowed to scopes, and refuse what lies outside them", async () => {
    const { token } = (
      await native.ask("admin", "POST", "/api-keys", { name: "narrow", scopes: ["can_read on DAGs"] })
    ).json();
    const headers = { "x-api-key": token };
    expect((await native.ask(null, "GET", "/dags", undefined, headers)).statusCode).toBe(200);
    const outside = await native.ask(null, "POST", "/api/v2/dags/alpha/dagRuns", { logical_date: null }, headers);
    expect(outside.statusCode).toBe(403);
    expect(outside.json().windlass.code).toBe("permission.key_scope");
  });

  it("are not kept for an idempotency key, nor is anything else that carries a secret", async () => {
    const headers = { "idempotency-key": "once" };
    const made = await native.ask("admin", "POST", "/api-keys", { name: "keyed" }, headers);
    expect(made.json().windlass.warnings).toMatchObject([{ code: "idempotency_not_kept" }]);
    await native.ask("admin", "POST", "/users", { user_name: "secret", password: PASSWORD }, headers);
    expect(await native.test.database.query("select body, answer from idempotency_key")).toEqual([]);
  });

  it("are refused with too long a life, scopes that one has not, or for nobody", async () => {
    expect(
      (await native.ask("admin", "POST", "/api-keys", { name: "old", expires_in_days: 1000 })).json().refusal.pointer,
    ).toBe("/expires_in_days");
    expect(
      (await native.ask("reader", "POST", "/api-keys", { name: "wide", scopes: ["can_edit on DAGs"] })).json().refusal
        .pointer,
    ).toBe("/scopes");
    expect((await native.ask("reader", "POST", "/api-keys", {})).json().refusal.code).toBe("request.field_missing");
    expect((await native.ask(null, "POST", "/api-keys", { name: "x" })).statusCode).toBe(401);
    expect(
      (await native.ask("admin", "GET", "/me", undefined, { authorization: basic("admin", "wrong") })).statusCode,
    ).toBe(401);
  });
});
