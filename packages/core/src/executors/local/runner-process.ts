import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setPriority } from "node:os";
import type { AttemptContext, AttemptOutcome, AttemptRequest, FromRunner, ToRunner } from "@windlass/contract";
import type { ProcessExit } from "./exit-reason.ts";
import { killMarked, RUNNER_MARK } from "./marked-processes.ts";
import { signalGroup, spawnChild, type ChildOptions } from "./spawn-child.ts";

/** A process that has just ended needs no priority. */
function giveWay(pid: number, nice: number): void {
  try {
    setPriority(pid, nice);
  } catch {
    // ESRCH.
  }
}

const STDERR_KEPT = 4_096;

/** What a runner's process tells its executor. */
export interface RunnerListener {
  ready(runner: RunnerProcess): void;
  finished(runner: RunnerProcess, attemptId: string, outcome: AttemptOutcome): void;
  request(runner: RunnerProcess, id: number, attemptId: string, request: AttemptRequest): void;
  exited(runner: RunnerProcess, exit: ProcessExit): void;
}

/** How a runner's process is started. */
export interface RunnerProcessOptions extends ChildOptions {
  readonly nice?: number | undefined;
  /** What all runners of its executor carry, and everything that they start. */
  readonly mark: string;
}

/** One warm process that executes one attempt at a time. */
export class RunnerProcess {
  /** The attempt it was given last and has not reported on. */
  attempt: AttemptContext | null = null;
  /** Attempts it has executed. */
  executed = 0;
  isReady = false;
  /** It was started for one attempt alone. */
  isOwn = false;
  /** That attempt, as long as it has not begun. */
  reserved: AttemptContext | null = null;
  /** It is ended because it held more memory than its attempt may. */
  outOfMemory = false;
  /** It gets no further attempt. */
  retiring = false;
  idleSince = 0;
  busySince = 0;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  #stderr = "";

  constructor(options: RunnerProcessOptions, listener: RunnerListener) {
    const mark = `${options.mark}.${randomUUID()}`;
    const child = spawnChild({ ...options, environment: { ...options.environment, [RUNNER_MARK]: mark } });
    this.#child = child;
    if (options.nice !== undefined && child.pid !== undefined) giveWay(child.pid, options.nice);
    child.stdout?.resume();
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.on("message", (message: FromRunner) => {
      this.#hear(message, listener);
    });
    // A message to a process that has just ended; its exit is heard of anyway.
    child.on("error", () => undefined);
    this.exited = new Promise((resolve) => {
      // "close" comes after stderr has been read; a grandchild may hold stderr open, so "exit" must do where it does not come.
      let told = false;
      const tell = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (told) return;
        told = true;
        // Whatever the process started goes with it, before anybody can start the next try.
        signalGroup(child, "SIGKILL");
        void killMarked(mark).then(() => {
          listener.exited(this, { code, signal, stderr: this.#stderr });
          resolve();
        });
      };
      child.on("close", tell);
      child.on("exit", (code, signal) => setTimeout(tell, 50, code, signal).unref());
      if (child.pid === undefined) child.on("error", () => tell(null, null));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToRunner): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  signal(signal: NodeJS.Signals): void {
    signalGroup(this.#child, signal);
  }

  /** Lets the process end by itself: an idle runner does so when its channel closes. */
  disconnect(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #hear(message: FromRunner, listener: RunnerListener): void {
    switch (message.type) {
      case "ready":
        this.isReady = true;
        listener.ready(this);
        return;
      case "finished":
        listener.finished(this, message.attemptId, message.outcome);
        return;
      case "request":
        listener.request(this, message.id, message.attemptId, message.request);
        return;
    }
  }
}
