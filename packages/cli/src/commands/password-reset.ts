import { join, resolve } from "node:path";
import type { Command } from "commander";
import { refuse } from "@windlass/contract";
import { guarded } from "../command.ts";
import { loadConfiguration } from "../configuration.ts";
import type { Io } from "../io.ts";

/**
 * `windlass users reset-password`: for whoever lost the last admin's password and has the machine. It needs no server and no credentials, only the
 * data folder or the database's address.
 */
export function registerPasswordReset(users: Command, io: Io): void {
  users
    .command("reset-password <user-name>")
    .description("set a password on the machine itself, without a server (stop `windlass up` first)")
    .requiredOption("--password <password>")
    .action(async (userName: string, flags: { password: string }) =>
      guarded(io, async () => {
        const [{ ensureUser }, { openDatabase, startEmbedded }, { findAccount }] = await Promise.all([
          import("@windlass/core/actions"),
          import("@windlass/core/database"),
          import("@windlass/core/queries"),
        ]);
        const configuration = loadConfiguration(io.cwd, io.env);
        const { database: place } = configuration.values;
        const embedded =
          place.sql_alchemy_conn === null
            ? await startEmbedded({ dataFolder: join(resolve(configuration.folder, place.data_folder), "postgres") })
            : null;
        const database = openDatabase({ url: embedded?.url ?? place.sql_alchemy_conn ?? "" });
        try {
          const account = await findAccount(database, userName);
          if (!account) throw refuse("cli.no_such_account", { user_name: userName });
          await ensureUser(database, configuration.values, {
            userName,
            password: flags.password,
            roles: account.roles,
          });
          io.out(`${userName} has a new password; its earlier sessions, tokens and keys are void`);
        } finally {
          await database.close();
          await embedded?.stop();
        }
      }),
    );
}
