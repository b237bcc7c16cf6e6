import { RefusalError } from "@windlass/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Action } from "../action.ts";
import { perform } from "../perform.ts";
import type { ActionRequest } from "../request.ts";
import { type ActionBench, actionBench, basic } from "../test-support/action-bench.ts";
import { passwordProblem } from "./passwords.ts";
import { ensureUser, prepareInstallation } from "./prepare-installation.ts";
import { createRole, deleteRole, patchRole } from "./roles.ts";
import { createUser, deleteUser, patchUser } from "./users.ts";
import { changePassword } from "./change-password.ts";
import { configValues } from "@windlass/contract";

let bench: ActionBench;
beforeEach(async () => {
  bench = await actionBench();
});
afterEach(() => bench.drop());

async function done<I, P, R>(
  action: Action<I, P, R>,
  input: I,
  more: Partial<ActionRequest> = {},
  userName = "admin",
): Promise<R> {
  return (await perform(bench.context, await bench.request(userName, more), action, input)).result;
}

async function codes<I, P, R>(action: Action<I, P, R>, input: I, userName = "admin"): Promise<string[]> {
  const error: unknown = await done(action, input, {}, userName).catch((thrown: unknown) => thrown);
  if (!(error instanceof RefusalError)) throw error instanceof Error ? error : new TypeError("it was not refused");
  return error.refusals.map(({ code }) => code);
}

describe("users", () => {
  it("are made, changed and deleted by administrators alone", async () => {
    await done(createUser, { userName: "ada", password: "pw", roles: ["Viewer"], email: "ada@example.org" });
    expect((await bench.authenticate(basic("ada", "pw"), "v1")).principal.roles).toEqual(["Viewer"]);
    await done(patchUser, { userName: "ada", roles: ["Op"], firstName: "Ada" });
    expect((await bench.as("ada")).permissions.has("can_create on Connections")).toBe(true);
    await done(deleteUser, { userName: "ada" });
    expect((await bench.authenticate(basic("ada", "pw"), "v1")).verdicts[0]?.refusal.code).toBe("credentials.wrong");
    expect(await codes(createUser, { userName: "x" }, "op")).toContain("permission.missing");
    expect(JSON.stringify(await bench.test.database.query("select extra from audit_log"))).not.toContain('"pw"');
  });

  it("are refused where the name is taken, a role unknown, or the last administrator would go", async () => {
    expect(await codes(createUser, { userName: "OP", roles: ["NoSuch"] })).toEqual([
      "request.field_wrong",
      "object.exists",
    ]);
    expect(await codes(patchUser, { userName: "admn" })).toEqual(["object.unknown"]);
    expect(await codes(deleteUser, { userName: "admin" })).toEqual(["account.last_admin"]);
    expect(await codes(patchUser, { userName: "admin", roles: ["Op"] })).toEqual(["account.last_admin"]);
    expect(await codes(patchUser, { userName: "admin", active: false })).toEqual(["account.last_admin"]);
    await done(createUser, { userName: "second", roles: ["Admin"] });
    expect(await done(deleteUser, { userName: "admin" }, {}, "second")).toEqual({ userName: "admin" });
  });

  it("cannot set a weak password, and must know the present one to change it", async () => {
    const config = configValues();
    expect(passwordProblem("short", "ada", config)).toContain("12 is the least");
    expect(passwordProblem("password12345", "ada", config)).toContain("most common");
    expect(passwordProblem("adalovelace-ada99", "adalovelace", config)).toContain("user name");
    expect(passwordProblem("aaaaaaaaaaaaaa", "ada", config)).toContain("most common");
    expect(passwordProblem("correct horse battery", "ada", config)).toBeNull();
    expect(await codes(changePassword, { currentPassword: "nope", newPassword: "next" }, "user")).toEqual([
      "account.password_wrong",
    ]);
    await using strict = await actionBench({ security: { password_minimum_length: 12 } });
    await expect(
      perform(strict.context, await strict.request("user"), changePassword, {
        currentPassword: "user",
        newPassword: "next",
      }),
    ).rejects.toMatchObject({ refusals: [{ code: "account.password_weak" }] });
  });
});

describe("roles", () => {
  it("are made of known permissions, and those who have them see a change", async () => {
    await done(createRole, {
      name: "runner",
      permissions: [
        ["can_read", "DAG:simple"],
        ["can_create", "DAG Runs"],
      ],
    });
    await done(createUser, { userName: "run", roles: ["runner"] });
    expect((await bench.as("run")).permissions.size).toBe(2);
    await done(patchRole, { name: "runner", permissions: [["can_edit", "DAGs"]], newName: "editor" });
    expect([...(await bench.as("run")).permissions]).toEqual(["can_edit on DAGs"]);
    await done(deleteRole, { name: "editor" });
    expect((await bench.as("run")).permissions.size).toBe(0);
  });

  it("are refused where the name is taken or unknown, a permission is nothing, or it is one of Airflow's own", async () => {
    expect(await codes(createRole, { name: "Viewer", permissions: [["can_fly", "DAGs"]] })).toEqual([
      "request.field_wrong",
      "object.exists",
    ]);
    expect(await codes(patchRole, { name: "Viewer", permissions: [] })).toEqual(["role.built_in"]);
    expect(await codes(deleteRole, { name: "Admin" })).toEqual(["role.built_in"]);
    expect(await codes(deleteRole, { name: "Viewr" })).toEqual(["object.unknown"]);
  });
});

describe("preparing an installation", () => {
  it("can be repeated, by several processes at once, and follows the contract", async () => {
    await bench.test.database.execute(
      "delete from role_permission where role_id = (select id from role where name = 'Op')",
    );
    await Promise.all([prepareInstallation(bench.test.database), prepareInstallation(bench.test.database)]);
    bench.context.accounts.forget();
    expect((await bench.as("op")).permissions.has("can_create on Connections")).toBe(true);
  });

  it("gives an existing user a new password and voids what was issued before", async () => {
    const before = (
      await bench.test.database.query<{ security_stamp: string }>(
        "select security_stamp from account where user_name = 'op'",
      )
    )[0];
    await ensureUser(bench.test.database, bench.context.config, { userName: "op", password: "reset", roles: ["Op"] });
    bench.age(1000);
    expect((await bench.authenticate(basic("op", "reset"), "v1")).principal.name).toBe("op");
    const after = (
      await bench.test.database.query<{ security_stamp: string }>(
        "select security_stamp from account where user_name = 'op'",
      )
    )[0];
    expect(after).not.toEqual(before);
  });
});
