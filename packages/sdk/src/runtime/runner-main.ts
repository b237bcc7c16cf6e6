import { type FromRunner, KILLED_WITH_PARENT, type ToRunner } from "@windlass/contract";
import { captureOutput } from "./capture-output.ts";
import { watchForOrphan } from "./orphan-watch.ts";
import { resolveOwnModules } from "./own-modules.ts";
import { Runner } from "./runner.ts";

// Entry of the runner process: takes ToRunner messages over IPC, answers FromRunner. It ends when the channel does.
process.setSourceMapsEnabled(true);
resolveOwnModules();

const exitProcess: (code: number) => never = process.exit.bind(process);
const baseEnvironment: Readonly<Record<string, string | undefined>> = { ...process.env };
const baseFolder = process.cwd();

function endGroup(): never {
  try {
    // The group is this process's own where the supervisor started it so; then commands that tasks left behind end with it.
    process.kill(-process.pid, "SIGKILL");
  } catch {
    // Not the leader of a group.
  }
  exitProcess(1);
}

function withoutUndefined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((each): each is [string, string] => each[1] !== undefined),
  );
}

function send(message: FromRunner, sent?: () => void): void {
  if (!process.connected) return endGroup();
  process.send?.(message, undefined, undefined, () => sent?.());
}

const finishOutput = captureOutput((source, level, line) => runner.print(source, level, line));

const runner = new Runner({
  pid: process.pid,
  send,
  endGroup,
  finishOutput,
  enterEnvironment: (declared) => {
    Object.assign(process.env, declared);
    return { ...withoutUndefined(baseEnvironment), ...declared };
  },
  leaveEnvironment: () => {
    for (const name of Object.keys(process.env)) if (baseEnvironment[name] === undefined) delete process.env[name];
    Object.assign(process.env, withoutUndefined(baseEnvironment));
    if (process.cwd() !== baseFolder) process.chdir(baseFolder);
  },
});

/** Thrown where user code calls process.exit, so that it goes no further. */
class ProcessExit extends Error {
  override readonly name = "ProcessExit";
}

process.exit = (code?: number | string | null): never => {
  const problem = new ProcessExit(`process.exit(${code ?? ""}) was called: throw an error instead, or return.`);
  runner.crash("exit", problem);
  throw problem;
};
process.on("uncaughtException", (thrown) => {
  if (!(thrown instanceof ProcessExit)) runner.crash("error", thrown);
});
process.on("unhandledRejection", (thrown) => {
  if (!(thrown instanceof ProcessExit)) runner.crash("error", thrown);
});
process.on("message", (message: ToRunner) => runner.receive(message));
process.on("disconnect", endGroup);
process.on("SIGTERM", endGroup);
// An interrupt goes to the whole terminal; the supervisor decides when its runners end.
process.on("SIGINT", () => undefined);

if (!process.argv.includes(KILLED_WITH_PARENT)) watchForOrphan(process.ppid);
send({ type: "ready", pid: process.pid });
