import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, type TestContext } from "vitest";
import { until } from "../test-support/until.ts";
import { startUp, temporaryFolder, type UpProcess } from "../test-support/up-process.ts";
import { startWorker, type WorkerProcess } from "../test-support/worker-process.ts";

/*
 * Workers as processes of their own, on the other side of a port: killed in the middle of a task, told to stop, and left alone by their server.
 */

const dagsFolder = fileURLToPath(new URL("./worker-dags", import.meta.url));
// A lease that is over soon; the margin of the rescuer comes on top.
const SHORT_LEASE = { WINDLASS__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT: "4" };
const WORKERS_ONLY = { WINDLASS__LOCAL_EXECUTOR__QUEUES: "default" };

interface Entry {
  readonly what: "start" | "end";
  readonly attemptId: string;
  readonly tryNumber: number;
  readonly pid: number;
  readonly supervisor: number;
}

interface Stage {
  server: UpProcess;
  readonly folder: string;
  ledger(): readonly Entry[];
  worker(name: string, ...more: string[]): WorkerProcess;
  get(path: string): Promise<any>;
  trigger(ms: number): Promise<string>;
  /** Waits for the run's end. @returns its state and its task instances by id */
  over(runId: string): Promise<{ readonly state: string; readonly tasks: Readonly<Record<string, any>> }>;
  restart(): Promise<void>;
}

async function setUp({ onTestFinished }: TestContext, env: Readonly<Record<string, string>>): Promise<Stage> {
  const undo: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    for (const step of undo.reverse()) await step();
  });
  const folder = temporaryFolder();
  const options = { dagsFolder, dataFolder: join(folder.path, "data"), env };
  const ledgerFile = join(folder.path, "ledger.jsonl");
  undo.push(() => folder.remove());
  const first = await startUp(options);
  const port = new URL(first.url).port;
  undo.push(() => stage.server.stop());
  const stage: Stage = {
    server: first,
    folder: folder.path,
    ledger: () =>
      existsSync(ledgerFile)
        ? readFileSync(ledgerFile, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as Entry)
        : [],
    worker(name, ...more) {
      const { url, key } = stage.server;
      const worker = startWorker({ url, key, folder: join(folder.path, name), arguments: more });
      undo.push(() => worker.kill());
      return worker;
    },
    async get(path) {
      const answer = await fetch(stage.server.url + path, { headers: { authorization: `Bearer ${stage.server.key}` } });
      return answer.json();
    },
    async trigger(ms) {
      const answer = await fetch(`${stage.server.url}/api/v2/dags/far/dagRuns`, {
        method: "POST",
        headers: { authorization: `Bearer ${stage.server.key}`, "content-type": "application/json" },
        body: JSON.stringify({ logical_date: null, conf: { ledger: ledgerFile, ms } }),
      });
      expect(answer.status).toBe(200);
      const run = (await answer.json()) as { dag_run_id: string };
      return run.dag_run_id;
    },
    async over(runId) {
      const path = `/api/v2/dags/far/dagRuns/${runId}`;
      let state = "";
      await until(async () => {
        const run = await stage.get(path).catch(() => undefined);
        state = run?.state ?? "";
        return state === "success" || state === "failed";
      }, 90);
      const { task_instances: all } = await stage.get(`${path}/taskInstances`);
      return { state, tasks: Object.fromEntries(all.map((each: any) => [each.task_id, each])) };
    },
    async restart() {
      await stage.server.kill();
      stage.server = await startUp({ ...options, port: Number(port) });
    },
  };
  await until(async () => (await stage.get("/api/v2/dags/far")).dag_id === "far");
  return stage;
}

const started = (stage: Stage, count: number) =>
  until(() => Promise.resolve(stage.ledger().filter(({ what }) => what === "start").length >= count), 60);

describe.skipIf(!existsSync("/proc/self/status"))("a worker", () => {
  it("that is killed in the middle of a task: the attempt is lost, and tried again by another one", async (context) => {
    const stage = await setUp(context, { ...SHORT_LEASE, ...WORKERS_ONLY });
    const first = stage.worker("first");
    const runId = await stage.trigger(4_000);
    await started(stage, 1);
    const [lost] = stage.ledger();
    await first.kill();
    stage.worker("second");
    const { state, tasks } = await stage.over(runId);
    expect(state).toBe("success");
    expect(tasks.far).toMatchObject({ state: "success", try_number: 2 });
    const [again] = stage.ledger().filter(({ what, tryNumber }) => what === "start" && tryNumber === 2);
    expect(again?.attemptId).not.toBe(lost?.attemptId);
    // The runner of the first went with its worker: it never came to its end.
    expect(stage.ledger().filter(({ what, attemptId }) => what === "end" && attemptId === lost?.attemptId)).toEqual([]);
    expect(existsSync(`/proc/${String(lost?.pid)}`)).toBe(false);
  });

  it("that is frozen for longer than its lease: what it reports afterwards is refused", async (context) => {
    const stage = await setUp(context, { ...SHORT_LEASE, ...WORKERS_ONLY });
    const frozen = stage.worker("frozen");
    const runId = await stage.trigger(1_500);
    await started(stage, 1);
    frozen.process.kill("SIGSTOP");
    const helper = stage.worker("helper");
    const { state, tasks } = await stage.over(runId);
    expect([state, tasks.far.try_number]).toEqual(["success", 2]);
    frozen.process.kill("SIGCONT");
    await until(() => Promise.resolve(frozen.output().includes("a report came too late")));
    const now = await stage.get(`/api/v2/dags/far/dagRuns/${runId}/taskInstances/far`);
    expect(now).toMatchObject({ state: "success", try_number: 2 });
    const refused = await stage.get("/api/windlass/v1/refusals?code=execution.not_running");
    expect(JSON.stringify(refused)).toContain("/outcome");
    expect(helper.output()).not.toContain("too late");
  });

  // From here on side by side: these wait for tasks, under leases that outlast any delay of a busy machine.
  it.concurrent("goes on while its server is killed and started again", async (context) => {
    const stage = await setUp(context, WORKERS_ONLY);
    const worker = stage.worker("patient");
    const runId = await stage.trigger(6_000);
    await started(stage, 1);
    await stage.restart();
    const { state, tasks } = await stage.over(runId);
    expect([state, tasks.far.try_number]).toEqual(["success", 1]);
    expect(stage.ledger().map(({ what }) => what)).toEqual(["start", "end"]);
    // It says so at its next look, which need not come before the end of the run.
    await until(async () => worker.output().includes("the server answers again"));
  });

  it.concurrent(
    "that is told to stop gives back what does not end within the grace: another one makes the same try again",
    async (context) => {
      const stage = await setUp(context, WORKERS_ONLY);
      const first = stage.worker("hasty", "--grace", "0");
      // Longer than what the executor itself gives.
      const runId = await stage.trigger(9_000);
      await started(stage, 1);
      expect(await first.stop()).toBe(0);
      stage.worker("second");
      const { state, tasks } = await stage.over(runId);
      expect([state, tasks.far.try_number]).toEqual(["success", 1]);
      expect(stage.ledger().map(({ what, tryNumber }) => [what, tryNumber])).toEqual([
        ["start", 1],
        ["start", 1],
        ["end", 1],
      ]);
      expect(new Set(stage.ledger().map(({ attemptId }) => attemptId)).size).toBe(2);
    },
  );

  it.concurrent(
    "that is told to stop lets its task end, reports it with its log, and is forgotten",
    async (context) => {
      const stage = await setUp(context, WORKERS_ONLY);
      const worker = stage.worker("orderly");
      const runId = await stage.trigger(2_500);
      await started(stage, 1);
      expect(await worker.stop()).toBe(0);
      const { state, tasks } = await stage.over(runId);
      expect([state, tasks.far.state, tasks.far.try_number]).toEqual(["success", "success", 1]);
      expect((await stage.get("/api/windlass/v1/workers")).workers).toEqual([]);
      const log = await fetch(`${stage.server.url}/api/windlass/v1/dags/far/runs/${runId}/task-instances/far/log`, {
        headers: { authorization: `Bearer ${stage.server.key}` },
      });
      const lines = (await log.text()).trim().split("\n");
      expect(lines.filter((line) => line.includes("working far away"))).toHaveLength(1);
      expect(lines.at(-1)).toContain('"marker":"end"');
      // What the server has, the worker keeps no more.
      const kept = readdirSync(join(stage.folder, "orderly", "logs"), { recursive: true });
      expect(kept.filter((name) => String(name).endsWith(".jsonl"))).toEqual([]);
      // Nobody serves the queue now, and the next trigger says so.
      const answer = await fetch(`${stage.server.url}/api/v2/dags/far/dagRuns`, {
        method: "POST",
        headers: { authorization: `Bearer ${stage.server.key}`, "content-type": "application/json" },
        body: JSON.stringify({ logical_date: null, conf: { ledger: "/dev/null" } }),
      });
      expect(answer.headers.get("warning")).toContain("queue_unserved");
    },
  );
});
