import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { TaskContext } from "../context.ts";
import { FailWithoutRetry, SkipTask } from "../outcomes.ts";

/** A program to run and what it gets. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  /** Written to its standard input, which is closed then. @defaultValue nothing */
  readonly stdin?: string;
}

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last line of its standard output that was not empty, cut at 1 MiB. */
  readonly lastLine: string;
}

/** The command of a task ended with an exit code other than 0, or by a signal. */
class CommandFailed extends Error {
  override readonly name = "CommandFailed";

  constructor(how: string) {
    super(`The command ended with ${how}; its output is above.`);
  }
}

const GRACE_MS = 5_000;
/** A line without end is logged in pieces of so many characters, so that it cannot fill the memory. */
const LONGEST_PIECE = 32_768;
const LONGEST_LAST_LINE = 1_048_576;

/** Ends the command: first asked, then killed. What it left behind ends with the runner's process group. */
function endCommand(child: ChildProcess): void {
  child.kill("SIGTERM");
  setTimeout(() => {
    child.kill("SIGKILL");
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, GRACE_MS).unref();
}

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

/** A value as a command gets it: text as it is, everything else as JSON. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** The whole environment of a command: what every command gets, what the Dag declares, and the task's own values. */
export function commandEnvironment(
  context: TaskContext,
  values: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const environment = contextEnvironment(context);
  for (const [name, value] of Object.entries({ ...context.env, ...values })) {
    if (value !== null && value !== undefined) environment[name] = asText(value);
  }
  return environment;
}

/** Logs what a stream gives, line by line. @returns the last line that was not empty */
async function logLines(stream: Readable, log: (line: string) => void): Promise<string> {
  const decoder = new StringDecoder("utf8");
  let last = "";
  let rest = "";
  let pieces = "";
  const give = (text: string): void => {
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    const whole = pieces + line;
    pieces = "";
    if (whole !== "") last = whole;
    log(line);
  };
  const take = (text: string): void => {
    rest += text;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) give(line);
    while (rest.length > LONGEST_PIECE) {
      const piece = rest.slice(0, LONGEST_PIECE);
      if (pieces.length < LONGEST_LAST_LINE) pieces += piece;
      log(piece);
      rest = rest.slice(LONGEST_PIECE);
    }
  };
  for await (const chunk of stream) take(decoder.write(chunk as Buffer));
  take(decoder.end());
  if (rest !== "" || pieces !== "") give(rest);
  return last;
}

/**
 * Runs a command and logs its output. It stays in the runner's process group, which the supervisor can end as a whole.
 * @throws FailWithoutRetry where it cannot be started; the signal's reason where the attempt was ended meanwhile
 */
export async function runCommand(command: Command, context: TaskContext): Promise<CommandEnd> {
  const [program = "", ...rest] = command.argv;
  context.signal.throwIfAborted();
  const child = spawn(program, rest, {
    env: command.env,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    stdio: [command.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
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
    // A command that reads none of its input ends all the same.
    child.stdin?.on("error", () => undefined).end(command.stdin);
    const { stdout, stderr } = child;
    const [lastLine, , { code, signal }] = await Promise.all([
      stdout === null ? "" : logLines(stdout, (line) => context.log.info(line)),
      stderr === null ? "" : logLines(stderr, (line) => context.log.warning(line)),
      ended,
    ]);
    context.signal.throwIfAborted();
    return { code, signal, lastLine };
  } finally {
    context.signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Judges a command's end as Airflow's operators do.
 * @param skipOnExitCode the exit code that means skipped; undefined: 99, null: none
 * @throws SkipTask, CommandFailed
 */
export function checkEnd({ code, signal }: CommandEnd, skipOnExitCode: number | null | undefined): void {
  const skip = skipOnExitCode === undefined ? 99 : skipOnExitCode;
  if (code !== null && code === skip)
    throw new SkipTask(`the command ended with exit code ${code}, which means "skipped"`);
  if (code !== 0) throw new CommandFailed(signal === null ? `exit code ${code}` : `signal ${signal}`);
}
