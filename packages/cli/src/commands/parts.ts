import type { Command } from "commander";
import { guarded } from "../command.ts";
import { loadConfiguration } from "../configuration.ts";
import type { Io } from "../io.ts";
import type { ProcessOptions } from "../up/installation.ts";
import type { RunningPart } from "../up/running-part.ts";
import { whenToldToEnd } from "../up/when-told-to-end.ts";

interface PartFlags {
  readonly port?: string;
  readonly host?: string;
  readonly dags?: string;
  readonly data?: string;
  readonly strict?: boolean;
}

const NAMES = {
  port: "api.port",
  host: "api.host",
  dags: "core.dags_folder",
  data: "database.data_folder",
  strict: "api.airflow_strict",
} as const satisfies Readonly<Record<keyof PartFlags, string>>;

const NEVER = new Promise<never>(() => undefined);
const SHARED = "\nAll of them share one database (DATABASE_URL) and one installation's secret: see docs/operations.md.";

/** `windlass api-server`, `scheduler` and `dag-processor`: the parts of `up` as processes of their own, any number of each. */
export function registerParts(program: Command, io: Io): void {
  const data = ["--data <folder>", "where keys, logs and bundles live"] as const;
  program
    .command("api-server")
    .description("start an API server with the web UI, beside others on one database")
    .option("--port <port>", "the port to listen on (0: any free one)")
    .option("--host <address>", "the address to listen on")
    .option("--dags <folder>", "the folder with Dag files, where custom timetables are asked")
    .option(...data)
    .option("--strict", "refuse what Airflow refuses instead of accepting it with a warning")
    .addHelpText("after", `\nExample:\n  DATABASE_URL=postgresql://... windlass api-server --port 8080\n${SHARED}`)
    .action(async (flags: PartFlags) =>
      serve(io, flags, async (options) => {
        const { startApiServer } = await import("../up/start-api-server.ts");
        return startApiServer({ ...options, adminPassword: io.env.WINDLASS_ADMIN_PASSWORD });
      }),
    );
  program
    .command("scheduler")
    .description("start a scheduler with triggerer and runners, beside others on one database")
    .option(...data)
    .addHelpText("after", `\nExample:\n  DATABASE_URL=postgresql://... windlass scheduler\n${SHARED}`)
    .action(async (flags: PartFlags) =>
      serve(io, flags, async (options) => (await import("../up/start-scheduler.ts")).startScheduler(options)),
    );
  program
    .command("dag-processor")
    .description("start a Dag processor: reads Dag files and stores what they declare")
    .option("--dags <folder>", "the folder with Dag files")
    .option(...data)
    .addHelpText("after", `\nExample:\n  DATABASE_URL=postgresql://... windlass dag-processor --dags ./dags\n${SHARED}`)
    .action(async (flags: PartFlags) =>
      serve(io, flags, async (options) => (await import("../up/start-dag-processor.ts")).startDagProcessor(options)),
    );
}

async function serve(
  io: Io,
  flags: PartFlags,
  start: (options: ProcessOptions) => Promise<RunningPart>,
): Promise<void> {
  await guarded(io, async () => {
    const values = (Object.keys(NAMES) as (keyof PartFlags)[]).flatMap((flag) =>
      flags[flag] === undefined ? [] : [[NAMES[flag], flags[flag]] as const],
    );
    const configuration = loadConfiguration(io.cwd, io.env, new Map(values));
    // Loaded here and not above: commands that only talk to a server start without the engine.
    const { logger } = await import("../up/logger.ts");
    const log = logger(configuration.values.logging.logging_level, io.err);
    const running = await start({ configuration, env: io.env, log });
    // Before the greeting: whoever reads it may well end this process at once.
    const told = whenToldToEnd(NEVER);
    for (const line of running.greeting) io.out(line);
    await told;
    await running.stop();
  });
}
