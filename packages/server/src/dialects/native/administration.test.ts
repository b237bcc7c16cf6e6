import { fileURLToPath } from "node:url";
import { REFUSAL_CODES } from "@windlass/contract";
import { testChain, testDag } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type NativeServer, nativeServer, PASSWORD } from "./test-support/native-server.ts";

let native: NativeServer;
const PAGES = fileURLToPath(new URL("../../../../../docs/errors", import.meta.url));

beforeAll(async () => {
  native = await nativeServer({}, { errorPagesFolder: PAGES });
  await native.account("reader", ["Viewer"]);
  await native.account("one", {
    permissions: [
      "can_read on DAG:alpha",
      "can_edit on DAG:alpha",
      "can_create on DAG Run:alpha",
      "can_read on ImportError",
      "can_read on DAG Code",
    ],
  });
  await native.store([testDag("alpha", testChain(1)), testDag("beta", testChain(1))]);
  await native.test.database.execute(
    `insert into import_error (relative_fileloc, code, reason, fix, line, column_number, trace)
     values ('broken.ts', 'dag_file.syntax', 'Unexpected end of file.', 'Close the brace.', 3, 1, 'at 3:1'), ('beta.ts', 'dag_file.throws', 'It throws.', 'Mend it.', 1, 1, '')`,
  );
});

afterAll(async () => {
  await native?.[Symbol.asyncDispose]();
});

const code = async (...asked: Parameters<NativeServer["ask"]>): Promise<string> =>
  (await native.ask(...asked)).json().refusal.code;

describe("capabilities", () => {
  it("tell what may be done on a Dag, what is missing and which roles would do", async () => {
    const of = async (
      who: string,
      query = "",
    ): Promise<Record<string, { allowed: boolean; missing: string[]; roles: string[] }>> =>
      (await native.ask(who, "GET", `/capabilities${query}`)).json().actions;
    expect((await of("admin"))["dag_run.create"]).toMatchObject({ allowed: true, missing: [] });
    expect((await of("reader", "?dag_id=alpha"))["dag_run.create"]).toMatchObject({
      allowed: false,
      missing: ["can_edit on DAGs", "can_create on DAG Runs"],
      roles: ["User", "Op", "Admin"],
    });
    expect((await of("one", "?dag_id=alpha"))["dag_run.create"]?.allowed).toBe(true);
    expect((await of("one", "?dag_id=beta"))["dag_run.create"]?.allowed).toBe(false);
    expect((await native.ask(null, "GET", "/capabilities")).statusCode).toBe(401);
  });
});

describe("accounts", () => {
  it("are made, changed, listed and deleted by an administrator", async () => {
    const made = await native.ask("admin", "POST", "/users", {
      user_name: "ada",
      password: PASSWORD,
      roles: ["User"],
      email: "ada@example.org",
    });
    expect(made.statusCode, made.body).toBe(201);
    expect(made.json()).toMatchObject({
      user_name: "ada",
      roles: ["User"],
      active: true,
      email: "ada@example.org",
      kind: "user",
    });
    expect(made.body).not.toContain("argon2");
    expect((await native.ask("ada", "GET", "/me")).json().roles).toEqual(["User"]);
    const changed = await native.ask("admin", "PATCH", "/users/ada", { roles: ["Viewer"], active: false });
    expect(changed.json()).toMatchObject({ roles: ["Viewer"], active: false });
    expect((await native.ask("ada", "GET", "/me")).statusCode).toBe(401);
    const { users, total_entries } = (await native.ask("admin", "GET", "/users?limit=2")).json();
    expect(users.map((each: { user_name: string }) => each.user_name)).toEqual(["ada", "admin"]);
    expect(total_entries).toBe(4);
    expect((await native.ask("admin", "DELETE", "/users/ada")).statusCode).toBe(204);
    expect(await code("admin", "GET", "/users/ada")).toBe("object.unknown");
  });

  it("are refused with a weak password, unknown roles, a taken name, all told at once, and to those who may not", async () => {
    const refused = (
      await native.ask("admin", "POST", "/users", { user_name: "reader", password: "short", roles: ["Wizard"] })
    ).json();
    expect([refused.refusal, ...refused.also].map((each: { code: string }) => each.code).sort()).toEqual([
      "account.password_weak",
      "object.exists",
      "request.field_wrong",
    ]);
    expect(await code("admin", "DELETE", "/users/admin")).toBe("account.last_admin");
    expect(await code("reader", "GET", "/users")).toBe("permission.missing");
    expect(await code("reader", "POST", "/users", { user_name: "x" })).toBe("permission.missing");
  });

  it("change their own password with the present one", async () => {
    expect(
      await code("reader", "POST", "/me/password", {
        current_password: "not it",
        new_password: "another long sentence",
      }),
    ).toBe("account.password_wrong");
    const changed = await native.ask("reader", "POST", "/me/password", {
      current_password: PASSWORD,
      new_password: "another long sentence",
    });
    expect(changed.statusCode, changed.body).toBe(204);
    expect(
      (await native.ask(null, "GET", "/me", undefined, { authorization: basic("reader", "another long sentence") }))
        .statusCode,
    ).toBe(200);
    await native.account("reader", ["Viewer"]);
  });
});

describe("roles", () => {
  it("are made, changed, listed and deleted by an administrator", async () => {
    const made = await native.ask("admin", "POST", "/roles", {
      name: "alpha only",
      permissions: ["can_read on DAG:alpha", "can_read on DAG Runs"],
    });
    expect(made.statusCode, made.body).toBe(201);
    expect(made.json()).toMatchObject({
      name: "alpha only",
      built_in: false,
      permissions: ["can_read on DAG Runs", "can_read on DAG:alpha"],
      accounts: 0,
    });
    const changed = await native.ask("admin", "PATCH", "/roles/alpha%20only", {
      name: "alpha",
      permissions: ["can_read on DAGs"],
    });
    expect(changed.json()).toMatchObject({ name: "alpha", permissions: ["can_read on DAGs"] });
    const { roles } = (await native.ask("admin", "GET", "/roles")).json();
    expect(roles.find((each: { name: string }) => each.name === "Admin")).toMatchObject({ accounts: 1 });
    expect((await native.ask("admin", "DELETE", "/roles/alpha")).statusCode).toBe(204);
    expect((await native.ask("admin", "GET", "/permissions")).json().permissions).toContain("can_edit on DAGs");
  });

  it("are refused with a permission that is none, and to those who may not", async () => {
    expect(await code("admin", "POST", "/roles", { name: "odd", permissions: ["fly"] })).toBe("request.field_wrong");
    expect(await code("admin", "POST", "/roles", { name: "odd", permissions: ["can_fly on DAGs"] })).toBe(
      "request.field_wrong",
    );
    expect(await code("admin", "DELETE", "/roles/none")).toBe("object.unknown");
    expect(await code("reader", "GET", "/roles")).toBe("permission.missing");
  });
});

describe("import errors", () => {
  it("name file, place, reason and fix, for the Dags that the caller may read", async () => {
    const all = (await native.ask("admin", "GET", "/import-errors")).json();
    expect(all.total_entries).toBe(2);
    expect(all.import_errors.find((each: { filename: string }) => each.filename === "broken.ts")).toMatchObject({
      code: "dag_file.syntax",
      reason: "Unexpected end of file.",
      fix: "Close the brace.",
      line: 3,
      column: 1,
      dag_id: null,
    });
    const { import_errors } = (await native.ask("one", "GET", "/import-errors")).json();
    expect(import_errors.map((each: { filename: string }) => each.filename)).toEqual(["broken.ts"]);
    expect((await native.ask(null, "GET", "/import-errors")).statusCode).toBe(401);
  });
});

describe("the source of a Dag", () => {
  it("is shown to those who may read code and the Dag", async () => {
    expect((await native.ask("one", "GET", "/dags/alpha/source?version_number=1")).json()).toMatchObject({
      dag_id: "alpha",
      version_number: 1,
      content: "// alpha.ts",
    });
    expect(await code("one", "GET", "/dags/beta/source")).toBe("permission.missing");
    expect(await code("admin", "GET", "/dags/alpha/source?version_number=4")).toBe("object.unknown");
    expect(await code("admin", "GET", "/dags/gamma/source")).toBe("dag.unknown");
  });
});

describe("the report on credentials", () => {
  it("names who uses what, and whom API keys only would cut off", async () => {
    const report = (await native.ask("admin", "GET", "/auth-report")).json();
    expect(report.schemes.find((each: { scheme: string }) => each.scheme === "session")).toMatchObject({
      enabled: true,
    });
    expect(report.uses.find((each: { user_name: string }) => each.user_name === "admin")).toMatchObject({
      scheme: "basic_auth",
      cut_off_by_api_keys_only: true,
    });
    expect(await code("reader", "GET", "/auth-report")).toBe("permission.missing");
  });
});

describe("the reference", () => {
  it("lists every operation of every dialect, and what is not built", async () => {
    const { operations } = (await native.ask(null, "GET", "/operations")).json();
    const find = (path: string) => operations.find((each: { path: string }) => each.path === path);
    expect(find("/api/windlass/v1/check")).toMatchObject({
      dialect: "native",
      method: "POST",
      implemented: true,
      action: "check.run",
    });
    expect(new Set(operations.map((each: { dialect: string }) => each.dialect))).toEqual(
      new Set(["v1", "v2", "native", "execution"]),
    );
    const missing = (await native.ask(null, "GET", "/operations?implemented=false")).json();
    expect(missing.operations.every((each: { implemented: boolean }) => !each.implemented)).toBe(true);
    expect((await native.ask(null, "GET", "/openapi.json")).json().paths).toHaveProperty(
      "/api/windlass/v1/dags/{dag_id}/grid",
    );
  });

  it("has a page for every code", async () => {
    const page = await native.ask(null, "GET", "/errors/params.missing");
    expect(page.headers["content-type"]).toContain("text/markdown");
    expect(page.body).toContain("params.missing");
    for (const each of REFUSAL_CODES)
      expect((await native.ask(null, "GET", `/errors/${each}`)).statusCode, each).toBe(200);
    expect((await native.ask(null, "GET", "/errors/params.mising")).json().refusal).toMatchObject({
      code: "object.unknown",
      expected: "params.missing",
    });
    expect((await native.ask(null, "GET", "/errors/..%2F..%2FREADME")).statusCode).toBe(404);
  });
});
