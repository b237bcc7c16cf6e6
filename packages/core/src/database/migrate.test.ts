import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RefusalError } from "@windlass/contract";
import type { TestDatabase } from "@windlass/core/test-support";
import { testDatabase } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate, migrationStatus } from "./migrate.ts";

let test: TestDatabase;
let folder: string;

beforeEach(async () => {
  test = await testDatabase({ empty: true });
  folder = await mkdtemp(join(tmpdir(), "windlass-migrations-"));
  await write("0001-first", "CREATE TABLE one (id int); CREATE TABLE two (id int);");
  await write("0002-second", "-- compatible\nALTER TABLE one ADD name text;");
});
afterEach(async () => {
  await test.drop();
  await rm(folder, { recursive: true });
});

const write = (name: string, sql: string): Promise<void> => writeFile(join(folder, `${name}.sql`), sql);

async function refusedCode(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RefusalError);
  return (error as RefusalError).refusals[0].code;
}

describe("migrating", () => {
  it("applies what is pending in order, and a second time nothing", async () => {
    expect(await migrate({ url: test.url, folder })).toEqual(["0001-first", "0002-second"]);
    expect(await migrate({ url: test.url, folder })).toEqual([]);
    await write("0003-third", "DROP TABLE two;");
    const lines: string[] = [];
    expect(await migrate({ url: test.url, folder, log: (line) => lines.push(line) })).toEqual(["0003-third"]);
    expect(lines).toEqual(["migrated to 0003-third"]);
  });

  it("is done once when several processes start together", async () => {
    const done = await Promise.all(Array.from({ length: 4 }, () => migrate({ url: test.url, folder })));
    expect(done.flat().sort()).toEqual(["0001-first", "0002-second"]);
  });

  it("rolls a failing migration back as a whole and keeps those before it", async () => {
    await write("0003-broken", "CREATE TABLE half (id int); SELECT 1 / 0;");
    expect(await refusedCode(migrate({ url: test.url, folder }))).toBe("database.migration_failed");
    expect(await test.database.query("SELECT to_regclass('half') AS half, to_regclass('one')::text AS one")).toEqual([
      { half: null, one: "one" },
    ]);
    expect((await migrationStatus({ url: test.url, folder })).pending).toEqual(["0003-broken"]);
  });

  it("refuses a migration whose content was changed after it was applied", async () => {
    await migrate({ url: test.url, folder });
    await write("0001-first", "CREATE TABLE another (id int);");
    expect(await refusedCode(migrate({ url: test.url, folder }))).toBe("database.migration_changed");
    expect((await migrationStatus({ url: test.url, folder })).changed).toEqual(["0001-first"]);
  });

  it("refuses a newer schema that is breaking, and runs on one that is not", async () => {
    await write("0003-compatible", "ALTER TABLE one ADD note text;");
    await migrate({ url: test.url, folder });
    await rm(join(folder, "0003-compatible.sql"));
    expect(await migrate({ url: test.url, folder })).toEqual([]);
    await write("0004-breaking", "--! breaking\nALTER TABLE one DROP name;");
    await migrate({ url: test.url, folder });
    await rm(join(folder, "0004-breaking.sql"));
    expect(await refusedCode(migrate({ url: test.url, folder }))).toBe("database.newer_schema");
    expect((await migrationStatus({ url: test.url, folder })).unknown).toEqual([
      { name: "0003-compatible", breaking: false },
      { name: "0004-breaking", breaking: true },
    ]);
  });

  it("can be looked at without changing anything", async () => {
    expect(await migrationStatus({ url: test.url, folder })).toEqual({
      applied: [],
      pending: ["0001-first", "0002-second"],
      unknown: [],
      changed: [],
    });
    expect(await test.database.query("SELECT to_regclass('schema_migration') AS there")).toEqual([{ there: null }]);
  });
});
