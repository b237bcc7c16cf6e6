import { execFile } from "node:child_process";
import { chown, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "./connection.ts";
import { serverAccount } from "./embedded/server-account.ts";
import { ensureExamplesDatabase } from "./least-privilege.ts";
import { migrate, migrationStatus } from "./migrate.ts";
import type { Database } from "./sql.ts";

const run = promisify(execFile);
const program = process.env["WINDLASS_SYSTEM_POSTGRES"];
const MIGRATIONS = fileURLToPath(new URL("../store/migrations/", import.meta.url));

describe.skipIf(!program)("the system's PostgreSQL, such as Debian's 15 (needs WINDLASS_SYSTEM_POSTGRES)", () => {
  let folder: string;
  let database: Database;
  let control: (...parameters: string[]) => Promise<unknown>;

  beforeAll(async () => {
    const bin = dirname(await realpath(program ?? ""));
    const account = await serverAccount(undefined);
    folder = await mkdtemp(join(tmpdir(), "windlass-system-"));
    if (account) await chown(folder, account.uid, account.gid);
    const as = { ...account, cwd: "/", env: { LC_ALL: "C", PATH: "/usr/bin:/bin" } };
    const data = join(folder, "data");
    control = (...parameters) => run(join(bin, "pg_ctl"), ["-D", data, "-w", ...parameters], as);
    await run(join(bin, "initdb"), ["-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync"], as);
    // pg_ctl waits for the end of whatever holds its output, so the server must write into a file.
    await control(
      "-l",
      join(folder, "log"),
      "-o",
      `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off`,
      "start",
    );
    database = openDatabase({
      connection: { host: folder, port: 5432, user: "owner", password: "", database: "postgres" },
    });
  });
  afterAll(async () => {
    await database.close();
    await control("-m", "fast", "stop");
    await rm(folder, { recursive: true });
  });

  it("takes every migration", async () => {
    await migrate({ url: database.url, folder: MIGRATIONS });
    expect(await migrationStatus({ url: database.url, folder: MIGRATIONS })).toMatchObject({
      pending: [],
      unknown: [],
      changed: [],
    });
    // The constraints are the same as on the embedded one: the views of what must never be return no row there too.
    const views = await database.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, viewname) AS name FROM pg_views WHERE schemaname = 'invariant'",
    );
    for (const { name } of views) expect(await database.query(`SELECT * FROM ${name}`), name).toEqual([]);
  });

  it("runs transactions and carries notifications", async () => {
    const heard = Promise.withResolvers<string>();
    await database.listen("signs", heard.resolve);
    await database.transaction(async (tx) => {
      await tx.query("SELECT pg_notify('signs', 'of life')");
    });
    expect(await heard.promise).toBe("of life");
  });

  it("gives the examples a database apart", async () => {
    const connection = await ensureExamplesDatabase(database, {
      name: "examples",
      role: "examples",
      password: "secret",
    });
    const dag = openDatabase({ connection });
    await dag.execute("CREATE TABLE report (id int)");
    await dag.close();
    const meddling = openDatabase({ connection: { ...connection, database: "postgres" } });
    await expect(meddling.query("SELECT 1")).rejects.toMatchObject({ detail: { kind: "denied" } });
    await meddling.close();
  });
});
