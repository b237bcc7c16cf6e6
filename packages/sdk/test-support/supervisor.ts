import { fork } from "node:child_process";
import { type AttemptContext, fromMillis, type FromRunner } from "@windlass/contract";

// A supervisor that only lives to be killed: it starts a runner, hands it an attempt, and tells the runner's pid.
process.on("message", ({ entry, attempt }: { entry: string; attempt: AttemptContext }) => {
  const runner = fork(entry, [], { detached: true, execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  runner.on("message", (message: FromRunner) => {
    if (message.type !== "ready") return;
    runner.send({ type: "run", attempt, now: fromMillis(Date.now()) });
    process.send?.({ pid: message.pid });
  });
});
