import { join, resolve } from "node:path";
import type { Command } from "commander";
import { migrationsFolder } from "@windlass/core/migrations";
import { guarded } from "../command.ts";
import { loadConfiguration } from "../configuration.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";

/** `windlass db migrate|status`: the schema of the metadata database, yours or the embedded one. */
export function registerDatabase(program: Command, io: Io): void {
  const db = program.command("db").description("the metadata database's schema");
  db.command("migrate")
    .description("bring the schema to this version (`windlass up` does it by itself)")
    .action(async () =>
      guarded(io, async () =>
        withDatabaseUrl(io, async (url) => {
          const { migrate } = await import("@windlass/core/database");
          const applied = await migrate({ url, folder: migrationsFolder, log: io.out });
          if (applied.length === 0) io.out("up to date");
        }),
      ),
    );
  db.command("status")
    .description("which migrations are applied")
    .action(async () =>
      guarded(io, async () =>
        withDatabaseUrl(io, async (url) => {
          const { migrationStatus } = await import("@windlass/core/database");
          const status = await migrationStatus({ url, folder: migrationsFolder });
          io.out(
            table(
              ["migration", "applied at"],
              [
                ...status.applied.map((each) => [each.name, each.appliedAt]),
                ...status.pending.map((name) => [name, "pending"]),
                ...status.unknown.map((each) => [each.name, "by a newer Windlass"]),
              ],
            ),
          );
        }),
      ),
    );
}

async function withDatabaseUrl(io: Io, work: (url: string) => Promise<void>): Promise<void> {
  const configuration = loadConfiguration(io.cwd, io.env);
  const own = configuration.values.database.sql_alchemy_conn;
  if (own) {
    await work(own);
    return;
  }
  const data = resolve(configuration.folder, configuration.values.database.data_folder);
  const { startEmbedded } = await import("@windlass/core/database");
  const server = await startEmbedded({ dataFolder: join(data, "postgres") });
  try {
    await work(server.url);
  } finally {
    await server.stop();
  }
}
