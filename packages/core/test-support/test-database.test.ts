import { describe, expect, it } from "vitest";
import { testDatabase } from "@windlass/core/test-support";

describe("a test's database", () => {
  it("is migrated and its own", async () => {
    await using one = await testDatabase();
    await using other = await testDatabase();
    await one.database.execute("CREATE TABLE only_here (id bigint)");
    expect(await one.database.query("SELECT count(*) AS n FROM schema_migration WHERE name LIKE '0001-%'")).toEqual([
      { n: 1 },
    ]);
    expect(await other.database.query("SELECT to_regclass('only_here') AS there")).toEqual([{ there: null }]);
  });

  it("can be had empty", async () => {
    await using empty = await testDatabase({ empty: true });
    expect(await empty.database.query("SELECT to_regclass('schema_migration') AS there")).toEqual([{ there: null }]);
  });

  it("is gone after it was dropped", async () => {
    const one = await testDatabase();
    const [row] = await one.database.query<{ name: string }>("SELECT current_database() AS name");
    await one.drop();
    await using other = await testDatabase();
    expect(await other.database.query("SELECT 1 FROM pg_database WHERE datname = $1", [row?.name])).toEqual([]);
  });
});
