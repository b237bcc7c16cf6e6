import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { availableParallelism, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { DEFAULT_QUEUE, FollowedClock, fromMillis, refuse } from "@windlass/contract";
import { type Command, Option } from "commander";
import { findServer, ServerRefusal } from "../client/http.ts";
import { guarded } from "../command.ts";
import type { Io } from "../io.ts";
import { whenToldToEnd } from "../up/when-told-to-end.ts";
import { WINDLASS_VERSION } from "../version.ts";
import { registerWorkers } from "./workers.ts";

interface WorkerFlags {
  readonly server?: string;
  readonly key?: string;
  readonly queues: string;
  readonly parallelism: string;
  readonly data: string;
  readonly grace: string;
  readonly passEnv?: string;
  readonly logLevel: string;
}

/** Variables with this beginning are for Dags. */
const OPEN_PREFIX = "WINDLASS_DAG_";

/** `windlass worker`: runs task instances of some queues for a server elsewhere, until it is told to end. */
export function registerWorker(program: Command, io: Io): void {
  program
    .command("worker")
    .description("run task instances for a server on another machine, until SIGINT or SIGTERM")
    .option("--server <url>", "the server (else WINDLASS_URL, else what `windlass up` stored here)")
    .option("--key <key>", "a worker's key (else WINDLASS_API_KEY, else the stored one); see `windlass workers token`")
    .option("--queues <names>", "queues to serve, with commas", DEFAULT_QUEUE)
    .option("--parallelism <n>", "most task instances at a time", "8")
    .option("--data <folder>", "where bundles and logs lie until they are shipped", ".windlass-worker")
    .option("--grace <seconds>", "how long task instances may go on after SIGTERM", "30")
    .option("--pass-env <names>", `variables of this environment that Dags may declare, besides ${OPEN_PREFIX}*`)
    .addOption(new Option("--log-level <level>").choices(["DEBUG", "INFO", "WARNING", "ERROR"]).default("INFO"))
    .addHelpText(
      "after",
      "\nExamples:\n  windlass workers token gpu-1                     (on the server: makes a key)\n  WINDLASS_API_KEY=... windlass worker --server https://windlass.example --queues gpu --parallelism 2",
    )
    .action(async (flags: WorkerFlags) => guarded(io, () => serve(io, flags)));
  registerWorkers(program, io);
}

async function serve(io: Io, flags: WorkerFlags): Promise<void> {
  const { url, key } = findServer(io, flags.server, flags.key);
  if (key === null) throw refuse("cli.worker_key_missing", {});
  const parallelism = wholeNumber("--parallelism", flags.parallelism, 1);
  const graceMs = wholeNumber("--grace", flags.grace, 0) * 1_000;
  const queues = names(flags.queues);
  if (queues.length === 0) throw refuse("cli.argument_wrong", { name: "--queues", expected: "at least one queue" });
  const folder = resolve(io.cwd, flags.data);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Loaded here and not above: commands that only talk to a server start without the engine.
  const [
    { LocalExecutor, childEnvironment },
    { runtimePaths },
    { logger },
    { RemoteWorker },
    { DoorRefused, ServerDoor },
  ] = await Promise.all([
    import("@windlass/core/executors"),
    import("@windlass/sdk/runtime"),
    import("../up/logger.ts"),
    import("../worker/remote-worker.ts"),
    import("../worker/server-door.ts"),
  ]);
  const log = logger(flags.logLevel, io.err);
  // Until the server has told its own.
  const clock = new FollowedClock(fromMillis(Date.now()), () => performance.now());
  const passed = new Set(names(flags.passEnv ?? ""));
  const worker = new RemoteWorker({
    door: new ServerDoor(url, key),
    executor: new LocalExecutor({
      runnerPath: runtimePaths.runner,
      parallelism,
      warmRunners: Math.min(parallelism, availableParallelism()),
      environment: childEnvironment(io.env),
      clock,
      onProblem: (message) => {
        log.warning(message);
      },
    }),
    workerId: randomUUID(),
    queues,
    parallelism,
    bundleFolder: join(folder, "bundles"),
    logsFolder: join(folder, "logs"),
    environmentOf: (declared) => environmentOf(io, declared, passed),
    clock,
    pid: process.pid,
    unixname: userInfo().username,
    version: WINDLASS_VERSION,
    log,
    graceMs,
  });
  try {
    await worker.start();
  } catch (error) {
    if (error instanceof DoorRefused) throw new ServerRefusal(error.status, error.refusal, null);
    throw error;
  }
  const told = whenToldToEnd(new Promise<never>(() => undefined));
  io.out(`Serving ${queues.join(", ")} of ${url} with ${String(parallelism)} slots. SIGTERM stops in good order.`);
  await told;
  await worker.stop();
}

function environmentOf(io: Io, declared: readonly string[], passed: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(
    declared.flatMap((name) => {
      const value = io.env[name];
      return value !== undefined && (name.startsWith(OPEN_PREFIX) || passed.has(name)) ? [[name, value] as const] : [];
    }),
  );
}

function names(text: string): readonly string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw refuse("cli.argument_wrong", { name, expected: `a whole number of at least ${String(least)}` });
}
