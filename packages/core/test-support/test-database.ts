import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Database } from "@windlass/core/database";
import { migrate, openDatabase, readMigrations, withDatabase } from "@windlass/core/database";
import { testServer } from "./test-server.ts";

/** A database that belongs to one test, or to one test file. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  /** With the password; for a process that opens it by itself. */
  readonly url: string;
  /** Opens another pool, as a second process would. It is closed by `drop`. */
  open(applicationName?: string): Database;
  /** Closes every pool and removes the database. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Without any table: not even migrated. @defaultValue false */
  readonly empty?: boolean;
  /** @defaultValue 10 */
  readonly poolSize?: number;
}

const MIGRATIONS = fileURLToPath(new URL("../src/store/migrations/", import.meta.url));
const TEMPLATE_LOCK = "724911084";

let template: Promise<string> | undefined;
let made = 0;

/**
 * A fresh, migrated database, cloned from a template in some 20 ms. Ask for it in the test or in `beforeEach`/`beforeAll`, and `drop` it afterwards
 * (`await using db = await testDatabase()` does so by itself).
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await testServer();
  const from = options.empty ? "template0" : await (template ??= makeTemplate(server));
  made += 1;
  const name = `windlass_test_${String(process.pid)}_${String(made)}`;
  await asOwner(server, (admin) => admin.execute(`CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY file_copy`));
  const url = withDatabase(server, name);
  const pools: Database[] = [];
  const open = (applicationName = "windlass test"): Database => {
    const pool = openDatabase({ url, poolSize: options.poolSize ?? 10, applicationName });
    pools.push(pool);
    return pool;
  };
  const drop = async (): Promise<void> => {
    await Promise.all(pools.map((pool) => pool.close()));
    await asOwner(server, (admin) => admin.execute(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return { database: open(), url, open, drop, [Symbol.asyncDispose]: drop };
}

/** One template for each content of the migrations' folder, so that a server that lives on (`WINDLASS_TEST_DATABASE_URL`) is never out of date. */
async function makeTemplate(server: string): Promise<string> {
  const hash = createHash("sha256");
  for (const migration of await readMigrations(MIGRATIONS)) hash.update(`${migration.name} ${migration.sha256}\n`);
  const name = `windlass_template_${hash.digest("hex").slice(0, 16)}`;
  const half = `${name}_half`;
  const admin = openDatabase({ url: server, poolSize: 2 });
  try {
    // Other test files wait here. A transaction holds the lock; CREATE DATABASE runs beside it, since it takes none.
    await admin.transaction(async (tx) => {
      await tx.execute("SET LOCAL lock_timeout = '60s'");
      await tx.query(`SELECT pg_advisory_xact_lock(${TEMPLATE_LOCK})`);
      const found = await tx.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
      if (found.length > 0) return;
      await admin.execute(`DROP DATABASE IF EXISTS ${half} WITH (FORCE)`);
      await admin.execute(`CREATE DATABASE ${half} TEMPLATE template0`);
      await migrate({ url: withDatabase(server, half), folder: MIGRATIONS });
      await admin.execute(`ALTER DATABASE ${half} RENAME TO ${name}`);
    });
  } finally {
    await admin.close();
  }
  return name;
}

async function asOwner<T>(server: string, work: (admin: Database) => Promise<T>): Promise<T> {
  const admin = openDatabase({ url: server, poolSize: 1 });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}
