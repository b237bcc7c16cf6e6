import { setTimeout as delay } from "node:timers/promises";
import { type Database, openDatabase } from "@windlass/core/database";
import type { Fleet } from "../fleet.ts";
import type { Seeded } from "../seeded.ts";
import { type Fault, moment } from "./fault.ts";

const HOLD_MS = 8_000;
const CROWD_MS = 6_000;
const CROWD = 150;
// What somebody may hold: rows that schedulers, API servers and workers all want.
const HELD = [
  "select 1 from dag_run where state in ('queued', 'running') order by random() limit 5 for update skip locked",
  "select 1 from pool where name = 'default_pool' for update",
  "select 1 from dag order by random() limit 1 for update",
] as const;

/** What happens to the database server, and what other clients of it do. */
export function databaseFaults({ postgres }: Fleet, database: Database, random: Seeded): readonly Fault[] {
  return [
    { kind: "kill postgres", weight: 1.5, run: () => (postgres.kill() ? moment(3_000) : undefined) },
    {
      kind: "terminate backends",
      weight: 2,
      run: async () => {
        const share = random.next();
        const ended = await database
          .query<{ done: boolean }>(
            `select pg_terminate_backend(pid) as done from pg_stat_activity
             where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> 'chaos' and random() < $1`,
            [share],
          )
          .catch(() => []);
        return ended.length > 0 ? moment() : undefined;
      },
    },
    {
      kind: "rows held by an idle client",
      weight: 1,
      run: () => {
        void hold(postgres.url, random.pick(HELD) ?? HELD[0]);
        return moment(HOLD_MS);
      },
    },
    {
      kind: "too many connections",
      weight: 0.7,
      run: () => {
        void crowd(postgres.url);
        return moment(CROWD_MS);
      },
    },
  ];
}

/** Begins a transaction, locks rows, and sits there. */
async function hold(url: string, select: string): Promise<void> {
  const rogue = openDatabase({ url, poolSize: 1, applicationName: "idle", transactionTries: 1 });
  try {
    await rogue.transaction(async (tx) => {
      await tx.query(select);
      await delay(HOLD_MS, undefined, { ref: false });
    });
  } catch {
    // The server was killed, or this client's connection ended: then nothing is held any more.
  } finally {
    await rogue.close().catch(() => undefined);
  }
}

/** Takes every connection that the server has left. */
async function crowd(url: string): Promise<void> {
  const rogue = openDatabase({ url, poolSize: CROWD, applicationName: "crowd", connectPatienceMs: 0 });
  const seconds = CROWD_MS / 1_000;
  await Promise.allSettled(Array.from({ length: CROWD }, () => rogue.query("select pg_sleep($1)", [seconds])));
  await rogue.close().catch(() => undefined);
}
