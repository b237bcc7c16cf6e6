import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDatabase, startEmbedded } from "@windlass/core/database";
import { findLogsWithoutEnd, findStartedTooEarly, startedTwice } from "@windlass/core/test-support";
import { afterAll, describe, expect, it } from "vitest";
import { seededRandom } from "../test-support/seeded-random.ts";
import { until } from "../test-support/until.ts";
import { startUp, temporaryFolder, type UpProcess } from "../test-support/up-process.ts";

/*
 * kill -9 under load: twenty random moments each for the server process, a runner and PostgreSQL, the three installations side by side, for each of them
 * mostly waits. The next kill comes as soon as something new was acknowledged after the one before. Afterwards every run that was acknowledged has ended well, no attempt started twice, every callback was called, and the views of the invariants are empty.
 */

const dagsFolder = fileURLToPath(new URL("./drill-dags", import.meta.url));
const KILLS = 20;
// Between two triggers of one of the two who trigger: enough that each kill meets work, and little enough that it ends soon afterwards.
const TRIGGER_MS = 400;
// The moment of a kill, after something was acknowledged, is drawn from so many milliseconds.
const MOMENT_MS = 400;
const LIMIT_MS = 600_000;
const TASKS = ["first", "left", "right", "last"];

interface Entry {
  /** `called`: a callback, of the task, or of the Dag where the task is "". */
  readonly what: "start" | "end" | "called";
  readonly attemptId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly tryNumber: number;
  readonly dedupeKey?: string;
}

/** Triggers runs without pause and keeps those that the server acknowledged. */
class Load {
  readonly acknowledged = new Set<string>();
  readonly #ledger: string;
  #server: UpProcess;
  #going = true;
  #n = 0;
  readonly #done: Promise<void>[];

  constructor(server: UpProcess, ledger: string) {
    this.#server = server;
    this.#ledger = ledger;
    this.#done = [this.#go(), this.#go()];
  }

  /** From now on this server is asked. */
  use(server: UpProcess): void {
    this.#server = server;
  }

  async end(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#done);
  }

  async #go(): Promise<void> {
    while (this.#going) {
      const id = `drill_${String(++this.#n)}`;
      const { url, key } = this.#server;
      const answer = await fetch(`${url}/api/v2/dags/ledger/dagRuns`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify({ dag_run_id: id, logical_date: null, conf: { ledger: this.#ledger } }),
      }).catch(() => undefined);
      if (answer?.status === 200) this.acknowledged.add(id);
      await answer?.arrayBuffer().catch(() => undefined);
      await delay(TRIGGER_MS);
    }
  }
}

function get(server: UpProcess, path: string): Promise<Response> {
  return fetch(server.url + path, { headers: { authorization: `Bearer ${server.key}` } });
}

function processesOf(part: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // The first state after the name: a zombie is no process any more.
        return (
          readFileSync(`/proc/${name}/cmdline`, "utf8").includes(part) &&
          !/^State:\s+Z/m.test(readFileSync(`/proc/${name}/status`, "utf8"))
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return new RegExp(`^PPid:\\s+${String(pid)}$`, "m").test(readFileSync(`/proc/${name}/status`, "utf8"));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** @returns whether there was anything to kill */
function kill(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, "SIGKILL");
  } catch {
    // It was gone already.
    return false;
  }
}

const VICTIMS = ["server", "runner", "postgres"] as const;

describe.skipIf(!existsSync("/proc/self/status"))("kill -9 under load", () => {
  const folders: ReturnType<typeof temporaryFolder>[] = [];
  const seed = Number(process.env.WINDLASS_DRILL_SEED ?? Date.now() % 1_000_000);

  const servers: (() => Promise<void>)[] = [];

  afterAll(async () => {
    for (const stop of servers) await stop();
    for (const folder of folders) await folder.remove();
  });

  it.concurrent.each(VICTIMS)(
    `of the %s, ${String(KILLS)} times (seed ${String(seed)}): nothing acknowledged is lost, nothing starts twice`,
    async (victim) => {
      const random = seededRandom(seed);
      const folder = temporaryFolder();
      folders.push(folder);
      const ledger = join(folder.path, "ledger.jsonl");
      const options = { dagsFolder, dataFolder: join(folder.path, "data") };
      let server = await startUp(options);
      servers.push(() => server.stop());
      await until(async () => (await get(server, "/api/v2/dags/ledger")).status === 200);
      const load = new Load(server, ledger);
      await until(async () => Promise.resolve(load.acknowledged.size > 2));
      for (let i = 0; i < KILLS; i++) {
        const known = load.acknowledged.size;
        await until(() => Promise.resolve(load.acknowledged.size > known), 60);
        // The moment is what is random: any point of a trigger, a commit, a dispatch, a report.
        await delay(random() * MOMENT_MS);
        if (victim === "server") {
          await server.kill();
          server = await startUp(options);
          load.use(server);
        } else if (victim === "runner") {
          await until(() => {
            const all = new Set(processesOf("runner-main"));
            const runners = childrenOf(server.process.pid ?? 0).filter((pid) => all.has(pid));
            return Promise.resolve(kill(runners[Math.floor(random() * runners.length)]));
          });
        } else {
          await until(() => Promise.resolve(kill(postmasterOf(options.dataFolder))));
        }
      }
      // It goes on answering after the last kill.
      const before = load.acknowledged.size;
      await until(async () => Promise.resolve(load.acknowledged.size > before + KILLS));
      await load.end();

      const open = new Set(load.acknowledged);
      await until(async () => {
        for (const id of [...open]) {
          const answer = await get(server, `/api/v2/dags/ledger/dagRuns/${id}`).catch(() => undefined);
          if (answer === undefined || answer.status >= 500) return false;
          const run = (await answer.json()) as { state: string };
          expect([id, answer.status, run.state]).not.toContain("failed");
          expect(answer.status).toBe(200);
          // One after the other: most are over when the first one is.
          if (run.state !== "success") return false;
          open.delete(id);
        }
        return true;
      }, 120);
      const uncalled = new Set(load.acknowledged);
      await until(async () => {
        for (const id of [...uncalled]) {
          const answer = await get(server, `/api/windlass/v1/dags/ledger/runs/${id}/callbacks`).catch(() => undefined);
          if (answer?.status !== 200) return false;
          const { callbacks } = (await answer.json()) as { readonly callbacks: readonly { readonly state: string }[] };
          if (callbacks.some(({ state }) => state === "pending" || state === "running")) return false;
          expect(callbacks.map(({ state }) => state)).toEqual(Array(TASKS.length + 1).fill("success"));
          uncalled.delete(id);
        }
        return true;
      }, 120);
      await server.stop();

      const entries = readFileSync(ledger, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Entry);
      expect(startedTwice(entries)).toEqual([]);
      for (const id of load.acknowledged) {
        const ended = new Set(
          entries.filter((each) => each.runId === id && each.what === "end").map((each) => each.taskId),
        );
        expect([...ended].sort()).toEqual([...TASKS].sort());
        // A callback for each task and one for the run: at least once, however often under one key.
        const called = entries.filter((each) => each.runId === id && each.what === "called");
        expect([...new Set(called.map((each) => each.taskId))].sort()).toEqual(["", ...TASKS].sort());
        expect(new Set(called.map((each) => each.dedupeKey)).size).toBe(TASKS.length + 1);
      }
      expect(await invariantRows(options.dataFolder)).toEqual([]);
    },
    LIMIT_MS,
  );
});

/** undefined: it is just being started again. */
function postmasterOf(dataFolder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataFolder, "postgres", "cluster", "postmaster.pid"), "utf8").split("\n")[0]);
    // A file that is not written yet names nobody; 0 would be everybody of this group.
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function invariantRows(dataFolder: string): Promise<readonly string[]> {
  const embedded = await startEmbedded({ dataFolder: join(dataFolder, "postgres") });
  const database = openDatabase({ url: embedded.url });
  try {
    const views = await database.query<{ name: string }>(
      "select table_name as name from information_schema.views where table_schema = 'invariant' order by 1",
    );
    expect(views.length).toBeGreaterThan(5);
    const broken: string[] = [];
    for (const { name } of views) {
      const rows = await database.query(`select * from invariant."${name}" limit 5`);
      if (rows.length > 0) broken.push(`${name}: ${JSON.stringify(rows)}`);
    }
    const read = [
      ...(await findStartedTooEarly(database)),
      ...(await findLogsWithoutEnd(database, join(dataFolder, "logs"))),
    ];
    return [...broken, ...read.map((fault) => JSON.stringify(fault))];
  } finally {
    await database.close();
    await embedded.stop();
  }
}
