import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type TestApp, testApp } from "../test-support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

describe("the main job on v2", () => {
  it("gives a token, makes a run and shows it", async () => {
    const token = await app.ask(
      "POST",
      "/auth/token",
      { username: "admin", password: "correct horse battery staple" },
      {},
    );
    expect(token.status, token.text).toBe(201);
    const bearer = { authorization: `Bearer ${String(token.body.access_token)}` };
    const made = await app.ask(
      "POST",
      "/api/v2/dags/simple/dagRuns",
      { dag_run_id: "my_run", logical_date: null },
      bearer,
    );
    expect(made.status, made.text).toBe(200);
    expect(made.body).toMatchObject({ dag_run_id: "my_run", state: "queued", conf: {} });
    const read = await app.ask("GET", "/api/v2/dags/simple/dagRuns/my_run", undefined, bearer);
    expect(read.status, read.text).toBe(200);
    expect(read.body).toMatchObject({ dag_run_id: "my_run", dag_versions: [{ version_number: 1 }] });
    const instances = await app.ask("GET", "/api/v2/dags/simple/dagRuns/my_run/taskInstances", undefined, bearer);
    expect(instances.body.task_instances).toMatchObject([
      { task_id: "hello", state: null, try_number: 0, map_index: -1 },
    ]);
  });

  it("takes run_id for dag_run_id and says so", async () => {
    const made = await app.ask("POST", "/api/v2/dags/simple/dagRuns", { run_id: "by_alias" });
    expect(made.status, made.text).toBe(200);
    expect(made.body.dag_run_id).toBe("by_alias");
    expect(JSON.stringify(made.body.windlass.warnings)).toContain("dag_run_id");
    expect(String(made.headers.warning)).toContain("299 windlass");
  });

  it("names the missing param, its schema and a body that would do", async () => {
    const refused = await app.ask("POST", "/api/v2/dags/required_param/dagRuns", { run_id: "my_run" });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toContain("name");
    expect(refused.body.windlass.code).toBe("params.missing");
    expect(refused.body.windlass.suggestedRequest.body.conf).toHaveProperty("name");
    expect(refused.body.windlass.requestId).toBe(refused.headers["x-request-id"]);
  });

  it("answers 401 with the enabled schemes before anything else is looked at", async () => {
    const refused = await app.ask("POST", "/api/v2/dags/nope/dagRuns", { nonsense: 1 }, basic("admin", "wrong"));
    expect(refused.status).toBe(401);
    expect(refused.body.windlass.code).toBe("credentials.wrong");
    expect(refused.body.windlass.also).toBeUndefined();
    expect(String(refused.headers["www-authenticate"])).toContain("Basic");
    const browsers = [{ "sec-fetch-site": "same-origin" }, { "user-agent": "Mozilla/5.0 (X11; Linux x86_64)" }];
    for (const headers of browsers) {
      const browser = await app.ask("GET", "/api/v2/dags", undefined, headers);
      expect(String(browser.headers["www-authenticate"])).not.toContain("Basic");
    }
    const node = await app.ask("GET", "/api/v2/dags", undefined, { "sec-fetch-mode": "cors", "user-agent": "node" });
    expect(String(node.headers["www-authenticate"])).toContain("Basic");
  });

  it("tells every fault of a body at once, as Airflow lists them", async () => {
    const refused = await app.ask("POST", "/api/v2/dags/simple/dagRuns", {
      dag_run_id: 5,
      logical_date: "x",
      conf: [],
      zzz: 1,
    });
    expect(refused.status).toBe(422);
    expect(refused.body.detail.map((each: any) => [each.type, each.loc.join(".")])).toEqual([
      ["string_type", "body.dag_run_id"],
      ["datetime_from_date_parsing", "body.logical_date"],
      ["dict_type", "body.conf"],
      ["extra_forbidden", "body.zzz"],
    ]);
  });

  it("names the nearest route for a wrong path, as JSON", async () => {
    const refused = await app.ask("POST", "/api/v2/dags/simple/dagruns", {});
    expect(refused.status).toBe(404);
    expect(refused.body.error).toBe("API route not found");
    expect(refused.body.windlass.fix).toContain("/api/v2/dags/{dag_id}/dagRuns");
  });
});
