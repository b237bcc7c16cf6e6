import { testDatabase } from "@windlass/core/test-support";
import { describe, expect, it } from "vitest";
import { openDatabase } from "./connection.ts";
import { ensureExamplesDatabase } from "./least-privilege.ts";

describe("the examples' database", () => {
  it("is all that its role can use", async () => {
    await using test = await testDatabase();
    const [own] = await test.database.query<{ name: string }>("SELECT current_database() AS name");
    const name = `${own?.name ?? ""}_examples`;
    const wanted = { name, role: `${name}_role`, password: "it's \\ odd" };
    await ensureExamplesDatabase(test.database, { ...wanted, password: "an earlier one" });
    const connection = await ensureExamplesDatabase(test.database, wanted);
    expect(connection).toMatchObject({ database: name, user: wanted.role, password: wanted.password });

    const dag = openDatabase({ connection });
    const meddling = openDatabase({ connection: { ...connection, database: own?.name ?? "" } });
    try {
      await dag.execute("CREATE TABLE report (id int)");
      await dag.execute("CREATE SCHEMA mine");
      await expect(meddling.query("SELECT 1")).rejects.toMatchObject({ detail: { kind: "denied" } });
      for (const forbidden of [
        "CREATE ROLE other",
        "CREATE DATABASE other",
        "COPY report TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
      ]) {
        await expect(dag.query(forbidden), forbidden).rejects.toMatchObject({ detail: { kind: "denied" } });
      }
    } finally {
      await Promise.all([dag.close(), meddling.close()]);
      await test.database.execute(`DROP DATABASE ${name} WITH (FORCE)`);
      await test.database.execute(`DROP ROLE ${wanted.role}`);
    }
  });
});
