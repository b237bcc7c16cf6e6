import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { invariant, refuse } from "@windlass/contract";
import type { Instant } from "@windlass/contract";
import pg from "pg";
import { clientSettings } from "./client-settings.ts";
import { translateError } from "./database-error.ts";

/** One file of the migrations' folder. */
export interface Migration {
  /** The file's name without `.sql`, such as `0001-first`; their order is that of the names. */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
  /** Whether its first line is `--! breaking`: a process that does not know it must not run on the schema it makes. */
  readonly breaking: boolean;
}

/** Where a database stands beside the migrations that this version brings. */
export interface MigrationStatus {
  readonly applied: readonly { readonly name: string; readonly appliedAt: Instant }[];
  readonly pending: readonly string[];
  /** Applied by a newer version; this one knows nothing of them. Where one is breaking, `migrate` refuses. */
  readonly unknown: readonly { readonly name: string; readonly breaking: boolean }[];
  /** Applied with another content than the file has now. */
  readonly changed: readonly string[];
}

export interface MigrateOptions {
  readonly url: string;
  /** The folder of the `NNNN-name.sql` files. */
  readonly folder: string;
  /** Hears one line for each migration applied. */
  readonly log?: (line: string) => void;
}

interface AppliedRow {
  readonly name: string;
  readonly sha256: string;
  readonly breaking: boolean;
  readonly applied_at: Instant;
}

const OLDEST_SERVER = 150_000;
// Any fixed number will do, as long as all versions use the same.
const LOCK = "724911083";
const FILE = /^\d{4}-[a-z0-9-]+\.sql$/;

/**
 * Brings a database to this version's schema: every pending migration in order, each in a transaction of its own. Processes that start at the same
 * time wait for each other; migrating a database that is up to date changes nothing.
 * @returns names of the migrations applied now
 * @throws RefusalError database.unreachable, newer_schema, migration_changed, migration_failed, too_old; DatabaseError
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const migrations = await readMigrations(options.folder);
  return withClient(options.url, async (client) => {
    await refuseOldServer(client);
    await client.query(`SELECT pg_advisory_lock(${LOCK})`);
    // No migration waits for the disk: what is committed later, and does wait, comes after it in the same log. A crash before that leaves whole
    // migrations undone, and the next start makes them again.
    await client.query("SET synchronous_commit = off");
    try {
      await client.query(
        `CREATE TABLE IF NOT EXISTS schema_migration (
           name text PRIMARY KEY,
           sha256 text NOT NULL,
           breaking boolean NOT NULL,
           applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
         )`,
      );
      const status = compare(migrations, await appliedRows(client));
      refuseMismatch(status);
      for (const name of status.pending) {
        const migration = migrations.find((each) => each.name === name);
        invariant(migration, "a pending migration is one of the files");
        await apply(client, migration);
        options.log?.(`migrated to ${name}`);
      }
      return status.pending;
    } finally {
      await client.query(`SELECT pg_advisory_unlock(${LOCK})`).catch(() => undefined);
    }
  });
}

/** Where the database stands; changes nothing. @throws DatabaseError */
export async function migrationStatus(options: MigrateOptions): Promise<MigrationStatus> {
  const migrations = await readMigrations(options.folder);
  return withClient(options.url, async (client) => {
    const { rows } = await client.query<{ present: boolean }>(
      "SELECT to_regclass('schema_migration') IS NOT NULL AS present",
    );
    return compare(migrations, rows[0]?.present ? await appliedRows(client) : []);
  });
}

/** The migrations of a folder in the order in which they apply. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (file) => {
      invariant(FILE.test(file), `a migration is called NNNN-name.sql, not ${file}`);
      const sql = await readFile(join(folder, file), "utf8");
      return {
        name: file.slice(0, -".sql".length),
        sql,
        sha256: createHash("sha256").update(sql).digest("hex"),
        breaking: sql.startsWith("--! breaking"),
      };
    }),
  );
}

function compare(migrations: readonly Migration[], applied: readonly AppliedRow[]): MigrationStatus {
  const byName = new Map(migrations.map((each) => [each.name, each]));
  const done = new Set(applied.map((each) => each.name));
  return {
    applied: applied.map((each) => ({ name: each.name, appliedAt: each.applied_at })),
    pending: migrations.filter((each) => !done.has(each.name)).map((each) => each.name),
    unknown: applied
      .filter((each) => !byName.has(each.name))
      .map((each) => ({ name: each.name, breaking: each.breaking })),
    changed: applied
      .filter((each) => (byName.get(each.name)?.sha256 ?? each.sha256) !== each.sha256)
      .map((each) => each.name),
  };
}

function refuseMismatch(status: MigrationStatus): void {
  const newer = status.unknown.find((each) => each.breaking);
  if (newer) throw refuse("database.newer_schema", { migration: newer.name });
  const [changed] = status.changed;
  if (changed !== undefined) throw refuse("database.migration_changed", { migration: changed });
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text",
  );
  const [server] = rows;
  invariant(server, "the server says its version");
  if (server.number < OLDEST_SERVER)
    throw refuse("database.too_old", { found: server.text, expected: OLDEST_SERVER / 10_000 });
}

async function appliedRows(client: pg.Client): Promise<readonly AppliedRow[]> {
  return (
    await client.query<AppliedRow>("SELECT name, sha256, breaking, applied_at FROM schema_migration ORDER BY name")
  ).rows;
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query(migration.sql);
    await client.query("INSERT INTO schema_migration (name, sha256, breaking) VALUES ($1, $2, $3)", [
      migration.name,
      migration.sha256,
      migration.breaking,
    ]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    if (!(error instanceof pg.DatabaseError)) throw error;
    throw refuse("database.migration_failed", { migration: migration.name, problem: error.message });
  }
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  // Neither a lock nor a statement is given up here: another starter may be at work for minutes.
  const settings = clientSettings({
    url,
    applicationName: "windlass migrate",
    statementTimeoutMs: 0,
    lockTimeoutMs: 0,
  });
  const client = new pg.Client(settings);
  client.on("error", () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw refuse("database.unreachable", { server: serverOf(url), problem: messageOf(error) });
    });
    return await use(client);
  } catch (error) {
    throw translateError(error, true);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Host, port and database of an address; never its password. */
function serverOf(url: string): string {
  if (!URL.canParse(url)) return "The address";
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : String(error);
}
