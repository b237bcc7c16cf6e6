import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "@windlass/core/database";
import type { UpProcess } from "../../../packages/cli/test-support/up-process.ts";
import type { BenchClient } from "../client.ts";
import { processorMs, processTree, type Role, roleOf } from "../processes.ts";
import type { Cost } from "./growth-figures.ts";

/** An installation to measure on. */
export interface Subject {
  readonly server: UpProcess;
  readonly database: Database;
  readonly client: BenchClient;
}

const POLL_MS = 25;
const CLIENTS = 16;

/** Processor time so far of every part, in ms; ended children count for PostgreSQL (connections) and for the control process (runners that retired). */
function processorTimes({ server }: Subject): Record<Role, number> {
  const root = server.process.pid ?? 0;
  const times: Record<Role, number> = { control: 0, runners: 0, postgres: 0, other: 0 };
  for (const process of processTree(root, server.dataFolder)) {
    const role = roleOf(process, root);
    const { own, endedChildren } = processorMs(process.pid);
    times[role] += own;
    times[role === "control" ? "runners" : role] += endedChildren;
  }
  return times;
}

/** Triggers runs over HTTP, some at a time. */
export async function trigger({ client }: Subject, dagId: string, runs: number): Promise<void> {
  let left = runs;
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const answer = await client.call("POST", `/api/v2/dags/${dagId}/dagRuns`, { logical_date: null });
      if (answer.status !== 200)
        throw new Error(`a trigger was answered with ${String(answer.status)}: ${JSON.stringify(answer.json)}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CLIENTS, runs) }, one));
}

/** Until no run of a Dag is open; asked so that an index answers, whatever is stored. */
async function untilOver({ database }: Subject, dagId: string): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ open: boolean }>(
      `select exists (select from dag_run where dag_id = $1 and state = 'running')
         or exists (select from dag_run where dag_id = $1 and state = 'queued' and backfill_id is null) as open`,
      [dagId],
    );
    if (row?.open === false) return;
    await delay(POLL_MS);
  }
}

/** What so many runs of a Dag cost for each task instance, in microseconds. */
export async function costOf(subject: Subject, dagId: string, runs: number, tasks: number): Promise<Cost> {
  const before = processorTimes(subject);
  const begun = performance.now();
  await trigger(subject, dagId, runs);
  await untilOver(subject, dagId);
  const wallMs = performance.now() - begun;
  const after = processorTimes(subject);
  const each = (ms: number): number => (ms * 1_000) / (runs * tasks);
  return {
    wall: each(wallMs),
    control: each(after.control - before.control),
    postgres: each(after.postgres - before.postgres),
    runners: each(after.runners - before.runners),
  };
}
