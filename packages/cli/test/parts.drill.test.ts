import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDatabase, startEmbedded } from "@windlass/core/database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PartProcess, startPart } from "../test-support/part-process.ts";
import { until } from "../test-support/until.ts";
import { temporaryFolder } from "../test-support/up-process.ts";

/*
 * The parts of an installation as processes of their own on one database: two API servers, two schedulers, a Dag processor.
 */

const dagsFolder = fileURLToPath(new URL("./worker-dags", import.meta.url));

interface Entry {
  readonly what: "start" | "end";
  readonly attemptId: string;
  readonly tryNumber: number;
  readonly pid: number;
  readonly supervisor: number;
}

const undo: (() => Promise<unknown>)[] = [];
let ledgerFile: string;
let databaseUrl: string;
let key: string;
let urls: readonly [string, string];
let schedulers: [PartProcess, PartProcess];
let others: readonly PartProcess[];
let start: (command: string, ...more: string[]) => PartProcess;

beforeAll(async () => {
  const folder = temporaryFolder();
  undo.push(() => folder.remove());
  const embedded = await startEmbedded({ dataFolder: join(folder.path, "data", "postgres") });
  undo.push(() => embedded.stop());
  databaseUrl = embedded.url;
  ledgerFile = join(folder.path, "ledger.jsonl");
  const data = join(folder.path, "data");
  const env = {
    DATABASE_URL: databaseUrl,
    WINDLASS__CORE__PARALLELISM: "3",
    WINDLASS__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT: "4",
  };
  start = (command, ...more) => {
    const part = startPart(command, ["--data", data, ...more], env);
    undo.push(() => part.kill());
    return part;
  };
  // All at once, on an empty database and an empty folder: one migrates, one makes the keys, one makes the first admin.
  const dagProcessor = start("dag-processor", "--dags", dagsFolder);
  schedulers = [start("scheduler"), start("scheduler")];
  const first = start("api-server", "--port", "0");
  const second = start("api-server", "--port", "0");
  others = [dagProcessor, first, second];
  const addressOf = async (part: PartProcess): Promise<string> =>
    /http:\S+/.exec(await part.ready)?.[0] ?? "no address";
  urls = [await addressOf(first), await addressOf(second)];
  await Promise.all([...schedulers, dagProcessor].map((part) => part.ready));
  key = readFileSync(join(data, "cli.key"), "utf8").trim();
  await until(async () => (await get(urls[1], "/api/v2/dags/far")).dag_id === "far");
}, 120_000);

afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function get(url: string, path: string): Promise<any> {
  return (await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })).json();
}

async function send(method: string, url: string, path: string, body: unknown): Promise<any> {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  expect([answer.status, answer.status === 200 ? "" : text]).toEqual([200, ""]);
  return JSON.parse(text);
}

async function trigger(ms: number): Promise<string> {
  const body = { logical_date: null, conf: { ledger: ledgerFile, ms } };
  return (await send("POST", urls[0], "/api/v2/dags/far/dagRuns", body)).dag_run_id;
}

function ledger(): readonly Entry[] {
  if (!existsSync(ledgerFile)) return [];
  const lines = readFileSync(ledgerFile, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Entry);
}

function startsSince(count: number): readonly Entry[] {
  return ledger()
    .slice(count)
    .filter(({ what }) => what === "start");
}

async function over(runId: string): Promise<string> {
  let state = "";
  await until(async () => {
    state = (await get(urls[1], `/api/v2/dags/far/dagRuns/${runId}`)).state;
    return state === "success" || state === "failed";
  }, 90);
  return state;
}

function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe.skipIf(!existsSync("/proc/self/status"))("parts side by side", () => {
  it("what an API server takes is run by a scheduler, and what is cancelled there ends the process here", async () => {
    const runId = await trigger(60_000);
    await until(() => Promise.resolve(startsSince(0).length === 1));
    const [entry] = startsSince(0);
    expect(schedulers.map(({ pid }) => pid)).toContain(entry?.supervisor);
    expect(lives(entry?.pid ?? 0)).toBe(true);
    const cancelled = performance.now();
    await send("PATCH", urls[1], `/api/v2/dags/far/dagRuns/${runId}`, { state: "failed" });
    await until(() => Promise.resolve(!lives(entry?.pid ?? 0)), 15);
    expect(performance.now() - cancelled).toBeLessThan(10_000);
    expect(await over(runId)).toBe("failed");
    expect(ledger().filter(({ what }) => what === "end")).toEqual([]);
  });

  it("two schedulers share the work", async () => {
    const before = ledger().length;
    const runs = await Promise.all(Array.from({ length: 12 }, () => trigger(400)));
    for (const runId of runs) expect(await over(runId)).toBe("success");
    const starts = startsSince(before);
    expect(new Set(starts.map(({ attemptId }) => attemptId)).size).toBe(12);
    expect(starts.length).toBe(12);
    expect([...new Set(starts.map(({ supervisor }) => supervisor))].sort()).toEqual(
      schedulers.map(({ pid }) => pid).sort(),
    );
  });

  it("what a scheduler ran that was killed is taken over by the other one", async () => {
    const before = ledger().length;
    const runs = await Promise.all(Array.from({ length: 4 }, () => trigger(3_000)));
    await until(() => Promise.resolve(startsSince(before).length === 4));
    const first = startsSince(before);
    const victim = schedulers.find(({ pid }) => first.some(({ supervisor }) => supervisor === pid));
    await victim?.kill();
    for (const runId of runs) expect(await over(runId)).toBe("success");
    const lost = first.filter(({ supervisor }) => supervisor === victim?.pid);
    const again = startsSince(before).filter(({ tryNumber }) => tryNumber === 2);
    expect(lost.length).toBeGreaterThan(0);
    expect(again.length).toBe(lost.length);
    // Its runners went with it, and the tries that followed belong to the one that lives.
    for (const { pid } of lost) expect(lives(pid)).toBe(false);
    for (const { supervisor } of again) expect(supervisor).not.toBe(victim?.pid);
    schedulers = schedulers.filter((each) => each !== victim).concat(start("scheduler")) as [PartProcess, PartProcess];
    await schedulers[1].ready;
  });

  it("stop in good order at SIGTERM: what runs may end, nothing is left behind", async () => {
    const before = ledger().length;
    const runId = await trigger(1_000);
    await until(() => Promise.resolve(startsSince(before).length === 1));
    const database = openDatabase({ url: databaseUrl });
    undo.push(() => database.close());
    const killed = await database.query("select instance_id from service_heartbeat where service = 'scheduler'");
    expect(killed.length).toBe(3);
    for (const part of [...schedulers, ...others]) expect(await part.stop()).toBe(0);
    expect(startsSince(before).map(({ pid }) => lives(pid))).toEqual([false]);
    const [run] = await database.query<{ state: string }>("select state from dag_run where run_id = $1", [runId]);
    expect(["running", "success"]).toContain(run?.state);
    const silent = await database.query(
      "select instance_id from service_heartbeat where service in ('scheduler', 'api-server', 'dag-processor')",
    );
    // The one that was killed could not take its sign of life away.
    expect(silent.length).toBe(1);
  });
});
