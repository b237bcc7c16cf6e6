import type { Command } from "commander";
import { guarded } from "../command.ts";
import { loadConfiguration } from "../configuration.ts";
import type { Io } from "../io.ts";
import { whenToldToEnd } from "../up/when-told-to-end.ts";

interface UpFlags {
  readonly port?: string;
  readonly host?: string;
  readonly dags?: string;
  readonly data?: string;
  readonly strict?: boolean;
  readonly examples?: boolean;
}

const NAMES: readonly (readonly [Exclude<keyof UpFlags, "examples">, string])[] = [
  ["port", "api.port"],
  ["host", "api.host"],
  ["dags", "core.dags_folder"],
  ["data", "database.data_folder"],
  ["strict", "api.airflow_strict"],
];

/** `windlass up`: everything on this machine, until it is told to end. */
export function registerUp(program: Command, io: Io): void {
  program
    .command("up")
    .description(
      "start everything on this machine: database, API server with web UI, scheduler, Dag processor, runners",
    )
    .option("--port <port>", "the port to listen on (0: any free one)")
    .option("--host <address>", "the address to listen on")
    .option("--dags <folder>", "the folder with Dag files")
    .option("--data <folder>", "where database, logs and keys live")
    .option("--strict", "refuse what Airflow refuses instead of accepting it with a warning")
    .option("--examples", "also make the database that the example Dags work in, as the connection examples_db")
    .addHelpText(
      "after",
      "\nExamples:\n  windlass up\n  windlass up --port 9000 --dags ./dags\n  DATABASE_URL=postgresql://... windlass up\n\nWINDLASS_ADMIN_PASSWORD sets the first admin's password; without it one is made and shown once.",
    )
    .action(async (flags: UpFlags) =>
      guarded(io, async () => {
        const values = NAMES.flatMap(([flag, name]) =>
          flags[flag] === undefined ? [] : [[name, flags[flag]] as const],
        );
        const configuration = loadConfiguration(io.cwd, io.env, new Map(values));
        // Loaded here and not above: commands that only talk to a server start without the engine.
        const { startAll } = await import("../up/start-all.ts");
        const { logger } = await import("../up/logger.ts");
        const running = await startAll({
          configuration,
          env: io.env,
          adminPassword: io.env.WINDLASS_ADMIN_PASSWORD,
          examples: flags.examples === true,
          log: logger(configuration.values.logging.logging_level, io.err),
        });
        // Before the greeting: whoever reads it may well end this process at once.
        const told = whenToldToEnd(running.failed);
        for (const line of running.greeting) io.out(line);
        await told;
        await running.stop();
      }),
    );
}
