import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../test-support/until.ts";
import { ADMIN_PASSWORD, startUp, temporaryFolder, type UpProcess } from "../test-support/up-process.ts";

/*
 * The cases the project began with (docs/decision.md, "Seed cases"), against a real `windlass up`, on both dialects where they apply. Each case
 * is also a browser step in browser.story.test.ts.
 */

const dagsFolder = fileURLToPath(new URL("./dags", import.meta.url));
const folder = temporaryFolder();
let up: UpProcess;

const basic = (password: string) => `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;

interface Answer {
  readonly status: number;
  readonly body: Record<string, any>;
  readonly headers: Headers;
}

async function call(method: string, path: string, authorization: string | undefined, body?: unknown): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (authorization !== undefined) headers.authorization = authorization;
  const init: RequestInit = { method, headers };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  const response = await fetch(up.url + path, init);
  return { status: response.status, body: (await response.json()) as Record<string, any>, headers: response.headers };
}

async function succeeded(dialect: string, dagId: string, runId: string): Promise<void> {
  await until(async () => {
    const run = await call("GET", `/api/${dialect}/dags/${dagId}/dagRuns/${runId}`, `Bearer ${up.key}`);
    expect(run.body.state).not.toBe("failed");
    return run.body.state === "success";
  });
}

beforeAll(async () => {
  up = await startUp({ dagsFolder, dataFolder: join(folder.path, "data") });
  await until(async () => (await call("GET", "/api/v2/dags/required_param", `Bearer ${up.key}`)).status === 200);
});

afterAll(async () => {
  await up.stop();
  await folder.remove();
});

describe.each(["v1", "v2"])("the seed cases on %s", (dialect) => {
  const trigger = (dagId: string) => `/api/${dialect}/dags/${dagId}/dagRuns`;

  it("1: wrong Basic credentials are 401 with the code for a wrong user or password", async () => {
    const answer = await call("POST", trigger("needs_nothing"), basic("wrong"), { run_id: "my_run" });
    expect(answer.status).toBe(401);
    expect(answer.body.windlass.code).toBe("credentials.wrong");
    expect(answer.headers.get("www-authenticate")).toContain("Basic");
  });

  it("2: a required param without default is 400 naming the param, its schema and a corrected body", async () => {
    const answer = await call("POST", trigger("required_param"), basic(ADMIN_PASSWORD), { run_id: "my_run" });
    expect(answer.status).toBe(400);
    expect(answer.body.windlass.code).toBe("params.missing");
    expect(answer.body.windlass.reason).toContain("name");
    expect(answer.body.windlass.expected).toMatchObject({ type: "string", minLength: 1 });
    const { suggestedRequest } = answer.body.windlass;
    expect(suggestedRequest.body.conf).toHaveProperty("name");
    const corrected = await call(suggestedRequest.method, suggestedRequest.path, basic(ADMIN_PASSWORD), {
      ...suggestedRequest.body,
      conf: { ...suggestedRequest.body.conf, name: "Ada" },
      dag_run_id: `corrected_${dialect}`,
    });
    expect(corrected.status).toBe(200);
    await succeeded(dialect, "required_param", `corrected_${dialect}`);
  });

  it("3: run_id is taken as an alias with a warning, and the run finishes", async () => {
    const runId = `my_run_${dialect}`;
    const answer = await call("POST", trigger("needs_nothing"), basic(ADMIN_PASSWORD), { run_id: runId });
    expect(answer.status).toBe(200);
    expect(answer.body.dag_run_id).toBe(runId);
    expect(JSON.stringify(answer.body.windlass.warnings)).toContain("dag_run_id");
    expect(answer.headers.get("warning")).toContain("windlass");
    await succeeded(dialect, "needs_nothing", runId);
  });

  it("4: a session makes the same run by the same decision", async () => {
    const signedIn = await fetch(`${up.url}/api/windlass/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "admin", password: ADMIN_PASSWORD }),
    });
    expect(signedIn.status).toBe(200);
    const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const response = await fetch(up.url + trigger("needs_nothing"), {
      method: "POST",
      headers: { cookie, "content-type": "application/json", origin: up.url, "sec-fetch-site": "same-origin" },
      body: JSON.stringify({ run_id: `clicked_${dialect}` }),
    });
    expect(response.status).toBe(200);
    await succeeded(dialect, "needs_nothing", `clicked_${dialect}`);
  });
});

describe("seed case 5: API keys only", () => {
  const strict = temporaryFolder();
  let keysOnly: UpProcess;

  beforeAll(async () => {
    keysOnly = await startUp({
      dagsFolder,
      dataFolder: join(strict.path, "data"),
      env: { WINDLASS__API__API_KEYS_ONLY: "true" },
    });
  });

  afterAll(async () => {
    await keysOnly.stop();
    await strict.remove();
  });

  it.each(["v1", "v2"])(
    "Basic is refused on %s with a code that names the policy, and with a key it works",
    async (dialect) => {
      const path = `${keysOnly.url}/api/${dialect}/dags/needs_nothing/dagRuns`;
      const send = (authorization: string) =>
        fetch(path, {
          method: "POST",
          headers: { authorization, "content-type": "application/json" },
          body: JSON.stringify({ run_id: `by_key_${dialect}` }),
        });
      const refused = await send(basic(ADMIN_PASSWORD));
      expect(refused.status).toBe(401);
      const { windlass } = (await refused.json()) as Record<string, any>;
      expect(windlass.code).toBe("policy.api_keys_only");
      expect(windlass.fix).toMatch(/key/i);
      await until(async () => (await send(`Bearer ${keysOnly.key}`)).status === 200);
    },
  );
});
