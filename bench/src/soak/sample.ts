import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "@windlass/core/database";
import { handlesOf, memoryOf, processorMs, processTree, type Role, roleOf } from "../processes.ts";

/** The processes of one role together. */
export interface RoleSample {
  count: number;
  /** MB. */
  rss: number;
  pss: number;
  /** What belongs to the processes alone: no files, no shared buffers. */
  anonymous: number;
  handles: number;
  threads: number;
  /** Processor time so far, in ms, of those that live; for PostgreSQL also of ended connections. */
  processorMs: number;
}

/** A table as PostgreSQL's statistics have it. */
export interface TableSample {
  /** With indexes and TOAST. */
  readonly bytes: number;
  readonly indexBytes: number;
  readonly live: number;
  readonly dead: number;
}

/** All that is looked at in one moment. */
export interface Sample {
  readonly minute: number;
  readonly roles: Readonly<Record<Role, RoleSample>>;
  /** V8's heap of the control process in MB: in use now, and after the last major collection. */
  readonly heap: number | null;
  readonly heapAfterMajor: number | null;
  readonly connections: number;
  readonly tables: Readonly<Record<string, TableSample>>;
  readonly databaseBytes: number;
  /** Milliseconds, medians since the last sample: a trigger's answer; a chain of five from its trigger to its end. */
  readonly triggerMs: number | null;
  readonly chainMs: number | null;
  readonly triggered: number;
  readonly deleted: number;
  /** Runs that ended otherwise than their Dag does. */
  readonly wrong: number;
}

const MEGABYTE = 2 ** 20;

/** The processes of an installation by their roles. */
export function sampleRoles(rootPid: number, dataFolder: string): Record<Role, RoleSample> {
  const empty = (): RoleSample => ({
    ...{ count: 0, rss: 0, pss: 0, anonymous: 0, handles: 0, threads: 0, processorMs: 0 },
  });
  const roles: Record<Role, RoleSample> = { control: empty(), runners: empty(), postgres: empty(), other: empty() };
  for (const process of processTree(rootPid, dataFolder)) {
    const memory = memoryOf(process.pid);
    if (memory === undefined) continue;
    const name = roleOf(process, rootPid);
    const role = roles[name];
    const { handles, threads } = handlesOf(process.pid);
    const time = processorMs(process.pid);
    role.count += 1;
    role.rss += memory.rss;
    role.pss += memory.pss;
    role.anonymous += memory.anonymous;
    role.handles += handles;
    role.threads += threads;
    role.processorMs += time.own + (name === "postgres" ? time.endedChildren : 0);
  }
  return roles;
}

/** What the preloaded reporter of the control process wrote last. */
export function sampleHeap(folder: string, pid: number): Pick<Sample, "heap" | "heapAfterMajor"> {
  try {
    const read = JSON.parse(readFileSync(join(folder, `${String(pid)}.json`), "utf8")) as {
      readonly heapUsed: number;
      readonly afterMajor: number | null;
    };
    return {
      heap: read.heapUsed / MEGABYTE,
      heapAfterMajor: read.afterMajor === null ? null : read.afterMajor / MEGABYTE,
    };
  } catch {
    // Not written yet, or in the middle of it.
    return { heap: null, heapAfterMajor: null };
  }
}

export async function sampleDatabase(
  database: Database,
): Promise<Pick<Sample, "connections" | "tables" | "databaseBytes" | "chainMs" | "wrong">> {
  const [[connections], tables, [size], [chain], [wrong]] = await Promise.all([
    database.query<{ count: number }>("select count(*)::int as count from pg_stat_activity where datname is not null"),
    database.query<{ name: string; bytes: string; index_bytes: string; live: string; dead: string }>(
      `select relname as name, pg_total_relation_size(relid)::text as bytes, pg_indexes_size(relid)::text as index_bytes,
         n_live_tup::text as live, n_dead_tup::text as dead from pg_stat_user_tables`,
    ),
    database.query<{ bytes: string }>("select pg_database_size(current_database())::text as bytes"),
    database.query<{ ms: number | null }>(
      `select (percentile_cont(0.5) within group (order by extract(epoch from end_date - queued_at) * 1000))::float8 as ms
       from dag_run where dag_id = 'soak_chain' and end_date > clock_timestamp() - interval '30 seconds'`,
    ),
    database.query<{ count: number }>(
      "select count(*)::int as count from dag_run where end_date is not null and (state = 'failed') <> (dag_id = 'soak_fails')",
    ),
  ]);
  return {
    connections: connections?.count ?? 0,
    tables: Object.fromEntries(
      tables.map(({ name, bytes, index_bytes, live, dead }) => [
        name,
        { bytes: Number(bytes), indexBytes: Number(index_bytes), live: Number(live), dead: Number(dead) },
      ]),
    ),
    databaseBytes: Number(size?.bytes ?? 0),
    chainMs: chain?.ms ?? null,
    wrong: wrong?.count ?? 0,
  };
}

/** How many runs are not over. */
export async function openRuns(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    "select count(*)::int as count from dag_run where end_date is null",
  );
  return row?.count ?? 0;
}
