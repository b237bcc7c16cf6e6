import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { TaskContext } from "../context.ts";
import { FailWithoutRetry, SkipTask } from "../outcomes.ts";
import type { TaskOptions } from "../task-options.ts";
import type { Operator } from "./operator.ts";
import { type OperatorValue, resolveValues, shown, wiredPart } from "./values.ts";

type EnvValue = string | number | boolean | null;

interface BashBase<P> extends TaskOptions {
  /**
   * Environment of the command. This is how values get into a script: they are never spliced into its text, so no value can become
   * a command. Objects and lists are not allowed: turn them into text yourself.
   */
  readonly env?: Readonly<Record<string, OperatorValue<EnvValue, P>>>;
  /** Working folder. @default the runner's */
  readonly cwd?: string;
  /** An exit code that means "skipped". @default 99, as on Airflow; null: none */
  readonly skipOnExitCode?: number | null;
}

/** Options of `dag.bash`: a script for bash, or a program with its arguments. */
export type BashOptions<P = Record<string, unknown>> =
  | (BashBase<P> & {
      /** Text for `bash -c`, the same in every run. Values come in by `env`: `echo "$NAME"`. */
      readonly script: string;
      readonly argv?: never;
    })
  | (BashBase<P> & {
      /** A program and its arguments, run without a shell: each value stays one argument, whatever it contains. */
      readonly argv: readonly OperatorValue<string | number, P>[];
      readonly script?: never;
    });

/** A value as a command gets it: text as it is, everything else as JSON. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

const GRACE_MS = 5_000;
const OPTION_NAMES = ["script", "argv", "env", "cwd", "skipOnExitCode"] as const;

/** What Airflow's own BashOperator tells a command about its run, under the same names. */
function contextEnvironment(context: TaskContext): Record<string, string> {
  return {
    AIRFLOW_CTX_DAG_ID: context.dagId,
    AIRFLOW_CTX_TASK_ID: context.taskId,
    AIRFLOW_CTX_DAG_RUN_ID: context.runId,
    AIRFLOW_CTX_TRY_NUMBER: String(context.tryNumber),
    ...(context.dagRun.logicalDate === null ? {} : { AIRFLOW_CTX_LOGICAL_DATE: context.dagRun.logicalDate }),
  };
}

/** Ends the command: first asked, then killed. What it left behind ends with the runner's process group. */
function endCommand(child: ChildProcess): void {
  child.kill("SIGTERM");
  setTimeout(() => {
    child.kill("SIGKILL");
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, GRACE_MS).unref();
}

async function logLines(stream: Readable, log: (line: string) => void): Promise<string> {
  let last = "";
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line !== "") last = line;
    log(line);
  }
  return last;
}

async function run(
  argv: readonly string[],
  env: Record<string, string>,
  options: BashBase<never>,
  context: TaskContext,
): Promise<string> {
  const [program = "", ...rest] = argv;
  context.signal.throwIfAborted();
  const child = spawn(program, rest, {
    env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    // Never detached: the command stays in the runner's process group, which the supervisor can end as a whole.
    stdio: ["ignore", "pipe", "pipe"],
  });
  const onAbort = (): void => endCommand(child);
  context.signal.addEventListener("abort", onAbort, { once: true });
  try {
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
      child.once("error", (problem) =>
        reject(new FailWithoutRetry(`${program} could not be started: ${problem.message}`)),
      );
      child.once("close", (code, signal) => resolve({ code, signal }));
    });
    const [last, , { code, signal }] = await Promise.all([
      logLines(child.stdout, (line) => context.log.info(line)),
      logLines(child.stderr, (line) => context.log.warning(line)),
      ended,
    ]);
    context.signal.throwIfAborted();
    const skip = options.skipOnExitCode === undefined ? 99 : options.skipOnExitCode;
    if (code !== null && code === skip)
      throw new SkipTask(`the command ended with exit code ${code}, which means "skipped"`);
    if (code !== 0) throw new CommandFailed(signal === null ? `exit code ${code}` : `signal ${signal}`);
    return last;
  } finally {
    context.signal.removeEventListener("abort", onAbort);
  }
}

/** The command of a bash task ended with an exit code other than 0, or by a signal. */
class CommandFailed extends Error {
  override readonly name = "CommandFailed";

  constructor(how: string) {
    super(`The command ended with ${how}; its output is above.`);
  }
}

/** The bash operator. Its result is the last line of the command's standard output, as on Airflow. */
export function bashOperator<P>(options: BashOptions<P>): Operator {
  const env = options.env ?? {};
  const argv: Readonly<Record<string, unknown>> = { ...(options.argv ?? []) };
  return {
    name: "bash",
    optionNames: OPTION_NAMES,
    inputs: { env: wiredPart(env), argv: wiredPart(argv) },
    templateFields: {
      ...(options.script === undefined ? { argv: shown(options.argv) } : { script: options.script }),
      env: shown(env),
    },
    handler: (inputs, context) => {
      const values = resolveValues(env, inputs.env as Record<string, unknown>, context);
      const command =
        options.script === undefined
          ? Object.values(resolveValues(argv, inputs.argv as Record<string, unknown>, context)).map(asText)
          : ["bash", "-c", options.script];
      const environment: Record<string, string> = { ...contextEnvironment(context) };
      for (const [name, value] of Object.entries({ ...context.env, ...values })) {
        if (value !== null && value !== undefined) environment[name] = asText(value);
      }
      return run(command, environment, options, context);
    },
  };
}
