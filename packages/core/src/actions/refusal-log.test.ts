import { refusal } from "@windlass/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ANONYMOUS } from "./accounts/principal-of.ts";
import type { RefusedRequest } from "./refusal-log.ts";
import { type ActionBench, actionBench } from "./test-support/action-bench.ts";

let bench: ActionBench;
beforeEach(async () => {
  bench = await actionBench();
});
afterEach(() => bench.drop());

const SECRET = "hunter2hunter2";

function refused(more: Partial<RefusedRequest> = {}): RefusedRequest {
  return {
    requestId: "req-1",
    principal: ANONYMOUS,
    claimedName: "admin",
    door: "v1",
    dialect: "v1",
    method: "POST",
    path: "/api/v1/dags/simple/dagRuns",
    route: "/api/v1/dags/{dag_id}/dagRuns",
    status: 401,
    dagId: "simple",
    headers: {
      authorization: `Basic ${SECRET}`,
      "content-type": "application/json",
      cookie: `session=${SECRET}`,
      "x-api-key": SECRET,
    },
    body: { run_id: "my_run" },
    refusals: [refusal("credentials.wrong")],
    ...more,
  };
}

async function stored(request: RefusedRequest) {
  bench.context.refusals.record(request);
  await bench.context.refusals.flush();
  const [row] = await bench.test.database.query<Record<string, unknown>>(
    "select * from refused_request where request_id = $1",
    [request.requestId],
  );
  return row ?? {};
}

describe("the log of refused requests", () => {
  it("keeps one row with the claimed name, the cause and the request, and tells those who watch", async () => {
    const row = await stored(refused());
    expect(row).toMatchObject({
      account_id: null,
      account_name: "admin",
      status: 401,
      code: "credentials.wrong",
      dag_id: "simple",
      request: { body: { run_id: "my_run" }, headers: { authorization: "Basic ***" } },
    });
    expect(bench.heard).toEqual(["refused:req-1"]);
  });

  it("knows the account, its credential and the corrected request", async () => {
    const suggestedRequest = { method: "POST", path: "/x", body: { conf: { name: "value" } } };
    const row = await stored(
      refused({
        principal: await bench.as("user"),
        refusals: [refusal("params.missing", { param: "name", dag_id: "simple" }, { suggestedRequest })],
      }),
    );
    expect(row).toMatchObject({ account_name: "user", credential_kind: "session", corrected: suggestedRequest });
    expect(row.account_id).not.toBeNull();
  });

  it.each([
    ["a header", {}],
    ["the query", { path: `/api/v1/dags?api_key=${SECRET}&limit=1` }],
    [
      "a password in a body",
      { route: "/api/v2/connections", body: { connection_id: "c", password: SECRET, extra: `{"k":"${SECRET}"}` } },
    ],
    ["a variable's value", { route: "/api/v2/variables", body: { key: "k", value: SECRET } }],
    ["a log-in", { route: "/auth/token", body: { username: "u", password: SECRET } }],
    [
      "conf under a secret's name",
      { body: { conf: { db: { Password: SECRET, "api-key": SECRET, list: [{ token: SECRET }] } } } },
    ],
    [
      "what was wrong",
      {
        route: "/api/v2/users",
        body: {},
        refusals: [
          refusal("account.password_weak", { problem: "x" }, { pointer: "/password", actual: SECRET }),
        ] as const,
      },
    ],
    [
      "a corrected body",
      {
        route: "/api/v2/connections",
        refusals: [
          refusal("object.exists", {}, { suggestedRequest: { method: "POST", path: "/", body: { password: SECRET } } }),
        ] as const,
      },
    ],
  ] satisfies [string, Partial<RefusedRequest>][])("holds no secret that came in %s", async (_where, more) => {
    expect(JSON.stringify(await stored(refused(more)))).not.toContain(SECRET);
  });

  it("cuts off what is too large, and takes NUL and lone surrogates", async () => {
    const row = await stored(
      refused({ body: { conf: { a: "x".repeat(50_000) } }, path: `/api/v1/${"y".repeat(5000)}` }),
    );
    expect(JSON.stringify(row).length).toBeLessThan(10_000);
    expect(await stored(refused({ requestId: "req-2", body: { a: "\u0000", b: "\ud800" } }))).toMatchObject({
      request_id: "req-2",
    });
  });

  it("writes many at once and a repeated request id only once", async () => {
    for (let each = 0; each < 300; each += 1)
      bench.context.refusals.record(refused({ requestId: `many-${String(each % 200)}` }));
    await bench.context.refusals.flush();
    expect(await bench.test.database.query("select count(*) as n from refused_request")).toEqual([{ n: 200 }]);
  });
});
