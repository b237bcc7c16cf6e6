import { Command } from "commander";
import { registerAccounts } from "./commands/accounts.ts";
import { registerAssets } from "./commands/assets.ts";
import { registerAuth } from "./commands/auth.ts";
import { registerBackfills } from "./commands/backfills.ts";
import { registerCheck } from "./commands/check.ts";
import { registerConfig } from "./commands/config.ts";
import { registerDagTest } from "./commands/dag-test.ts";
import { registerDags } from "./commands/dags.ts";
import { registerDatabase } from "./commands/database.ts";
import { registerHuman } from "./commands/human.ts";
import { registerInit } from "./commands/init.ts";
import { registerLogs } from "./commands/logs.ts";
import { registerParts } from "./commands/parts.ts";
import { registerRefusals } from "./commands/refusals.ts";
import { registerRuns } from "./commands/runs.ts";
import { registerSettings } from "./commands/settings-resources.ts";
import { registerTasks } from "./commands/tasks.ts";
import { registerTrigger } from "./commands/trigger.ts";
import { registerUp } from "./commands/up.ts";
import { registerWorker } from "./commands/worker.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { WINDLASS_VERSION } from "./version.ts";

/** The whole command line; every command is a file in `commands/`. */
export function buildProgram(io: Io): Command {
  const program = new Command("windlass")
    .description("An Airflow-compatible workflow orchestrator for TypeScript.")
    .version(WINDLASS_VERSION, "-V, --version")
    .showHelpAfterError("(add --help for the options and examples)")
    .showSuggestionAfterError(true)
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .exitOverride((error) => {
      // Help and version are not errors; everything else that commander ends is a wrong command line.
      io.exit(error.exitCode === 0 ? EXIT.ok : (EXIT.usage satisfies ExitCode));
      throw error;
    });
  registerInit(program, io);
  registerUp(program, io);
  registerParts(program, io);
  registerWorker(program, io);
  registerDagTest(registerDags(program, io), io);
  registerTrigger(program, io);
  registerRuns(program, io);
  registerTasks(program, io);
  registerBackfills(program, io);
  registerHuman(program, io);
  registerLogs(program, io);
  registerCheck(program, io);
  registerRefusals(program, io);
  registerAccounts(program, io);
  registerAuth(program, io);
  registerAssets(program, io);
  registerSettings(program, io);
  registerConfig(program, io);
  registerDatabase(program, io);
  program
    .command("version")
    .description("the version of Windlass, Node and the two dialects")
    .action(() => {
      io.out(`windlass ${WINDLASS_VERSION} (node ${process.versions.node}; speaks Airflow 2.11.2 as v1, 3.3.2 as v2)`);
    });
  return program;
}
