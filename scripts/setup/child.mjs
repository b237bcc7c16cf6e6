import { spawn } from "node:child_process";

/**
 * Runs a program in the foreground, hands on SIGINT, SIGTERM and SIGHUP, and resolves with the exit code to end with (128 + n after a
 * signal). `timeoutMs` ends the program's whole process group, which then counts as exit code 124.
 */
export function runForeground(program, args, { timeoutMs, group = false, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "inherit", detached: group, ...options });
    let timedOut = false;
    const send = (signal) => {
      try {
        if (group && child.pid) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It has just ended by itself.
      }
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            send("SIGTERM");
            setTimeout(() => send("SIGKILL"), 10_000).unref();
          }, timeoutMs);
    // A terminal sends Ctrl-C to everything in the foreground, so the child has it already; a second one would mean "at once".
    const onInterrupt = () => (process.stdin.isTTY && !group ? undefined : send("SIGINT"));
    const onTerminate = () => send("SIGTERM");
    process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate).on("SIGHUP", onTerminate);
    const finish = (code) => {
      clearTimeout(timer);
      process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate).off("SIGHUP", onTerminate);
      // Whatever the program left behind in its group ends with it.
      if (group) send("SIGKILL");
      resolve(timedOut ? 124 : code);
    };
    child.on("error", (error) => {
      console.error(`${program} cannot be started: ${error.message}`);
      finish(127);
    });
    child.on("close", (code, signal) => finish(code ?? 128 + ({ SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 1)));
  });
}
