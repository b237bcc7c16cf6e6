import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../packages/cli/test-support/until.ts";
import { startUp, temporaryFolder, type UpProcess } from "../../packages/cli/test-support/up-process.ts";

/*
 * The example that does real work on real data, as a user has it: `up --examples` with its database, four years of days, and the report on disk.
 */

const dagsFolder = fileURLToPath(new URL("../dags", import.meta.url));
const folder = temporaryFolder();
const report = join(folder.path, "reports", "weather.html");
let up: UpProcess | undefined;

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const { url = "", key = "" } = up ?? {};
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

beforeAll(async () => {
  up = await startUp({ dagsFolder, dataFolder: join(folder.path, "data"), arguments: ["--examples"] });
  await until(async () => (await ask("GET", "/api/v2/dags/seattle_weather")).status === 200);
});

afterAll(async () => {
  await up?.stop();
  await folder.remove();
});

it("every example file loads", async () => {
  expect((await ask("GET", "/api/v2/importErrors")).body).toMatchObject({ total_entries: 0 });
  expect((await ask("GET", "/api/v2/dags?limit=1")).body).toMatchObject({ total_entries: 5 });
});

it("seattle_weather goes from the daily file through PostgreSQL to a report with a chart", async () => {
  expect((await ask("PATCH", "/api/v2/dags/seattle_weather", { is_paused: false })).status).toBe(200);
  const run = await ask("POST", "/api/v2/dags/seattle_weather/dagRuns", {
    dag_run_id: "report",
    logical_date: null,
    conf: { report },
  });
  expect([run.status, run.body]).toEqual([200, expect.objectContaining({ dag_run_id: "report" })]);
  await until(async () => {
    const { body } = await ask("GET", "/api/v2/dags/seattle_weather/dagRuns/report");
    const { state } = body as { state: string };
    expect(state).not.toBe("failed");
    return state === "success";
  }, 120);

  const html = readFileSync(report, "utf8");
  expect(html).toContain("48 months");
  // A bar and a point of the line for each month.
  expect(html.match(/<rect /g)).toHaveLength(48);
  expect(/<polyline points="([^"]+)"/.exec(html)?.[1]?.split(" ")).toHaveLength(48);
  // January 2012, added up from the file by another hand: 173.3 mm of rain.
  expect(html).toContain("<tr><th>2012-01</th><td>173.3</td>");
  expect(html).not.toContain("NaN");
});

it("needs_warehouse is refused before a run is there, and says how to add the connection", async () => {
  const refused = await ask("POST", "/api/v2/dags/needs_warehouse/dagRuns", { logical_date: null });
  expect(refused.body).toMatchObject({ windlass: { code: "requirement.connection" } });
  expect((await ask("GET", "/api/v2/dags/needs_warehouse/dagRuns")).body).toMatchObject({ total_entries: 0 });
});

it("the report goes where the caller said and nowhere else", () => {
  expect(existsSync(join(dagsFolder, "reports"))).toBe(false);
});
