import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SettableClock } from "./settable-clock.ts";

const MAIN = join(dirname(fileURLToPath(import.meta.resolve("windlass"))), "main.ts");
const STOP_MS = 20_000;

/** What a process is there for. */
export type Role = "api-server" | "scheduler" | "dag-processor" | "worker";

/** An end that nobody of us caused. */
export interface OddEnd {
  readonly name: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** It had not begun to serve: it could not reach its database, say. */
  readonly atStart: boolean;
}

/** One process of Windlass, started again whenever it ends, as a supervisor would. */
export class KeptProcess {
  readonly name: string;
  readonly role: Role;
  readonly #words: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #log: WriteStream;
  readonly #onOddEnd: (end: OddEnd) => void;
  readonly #clock: SettableClock | undefined;
  #child: ChildProcess | undefined;
  #wanted = false;
  #killed = false;
  #ready = false;
  #again: NodeJS.Timeout | undefined;
  #thaw: NodeJS.Timeout | undefined;
  #onReady: () => void = () => undefined;
  starts = 0;

  constructor(options: {
    readonly name: string;
    readonly role: Role;
    readonly words: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly logFolder: string;
    readonly onOddEnd: (end: OddEnd) => void;
    /** What its wall clock is set by; undefined where that cannot be done. */
    readonly clock: SettableClock | undefined;
  }) {
    this.name = options.name;
    this.role = options.role;
    this.#words = options.words;
    this.#env = options.env;
    this.#onOddEnd = options.onOddEnd;
    this.#clock = options.clock;
    this.#log = createWriteStream(join(options.logFolder, `${options.name}.log`), { flags: "a" });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** Settles when it serves. */
  async start(): Promise<void> {
    this.#wanted = true;
    const ready = new Promise<void>((resolve) => {
      this.#onReady = resolve;
    });
    this.#spawn();
    await ready;
  }

  /** SIGKILL. @returns whether there was anything to kill */
  kill(): boolean {
    if (!this.#child) return false;
    this.#killed = true;
    this.#child.kill("SIGKILL");
    return true;
  }

  /** SIGSTOP, and SIGCONT after so long. @returns whether there was anything to freeze */
  freeze(ms: number): boolean {
    const child = this.#child;
    if (!child || !this.#ready || this.#thaw) return false;
    child.kill("SIGSTOP");
    this.#thaw = setTimeout(() => {
      this.thaw();
    }, ms);
    return true;
  }

  /** Sets its wall clock, while it runs. @returns whether that could be done */
  setClock(bySeconds: number): boolean {
    if (!this.#child || !this.#clock) return false;
    this.#clock.set(bySeconds);
    return true;
  }

  thaw(): void {
    clearTimeout(this.#thaw);
    this.#thaw = undefined;
    this.#child?.kill("SIGCONT");
  }

  /** SIGTERM, then SIGKILL. @returns how it ended; undefined where it was not there */
  async stop(): Promise<{ readonly code: number | null; readonly signal: string | null } | undefined> {
    this.#wanted = false;
    clearTimeout(this.#again);
    this.thaw();
    const child = this.#child;
    const ended = child && new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child?.kill("SIGTERM");
    const killer = setTimeout(() => child?.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(killer);
    this.#log.end();
    return child && { code: child.exitCode, signal: child.signalCode };
  }

  #spawn(): void {
    this.starts += 1;
    this.#killed = false;
    this.#ready = false;
    const child = spawn(process.execPath, [MAIN, ...this.#words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...this.#env, ...this.#clock?.environment },
    });
    this.#child = child;
    this.#log.write(`--- started ${new Date().toISOString()} pid ${String(child.pid)}\n`);
    child.stdout.once("data", () => {
      this.#ready = true;
      this.#onReady();
    });
    child.stdout.pipe(this.#log, { end: false });
    child.stderr.pipe(this.#log, { end: false });
    child.once("exit", (code, signal) => {
      this.#child = undefined;
      clearTimeout(this.#thaw);
      this.#thaw = undefined;
      if (!this.#wanted) return;
      if (!this.#killed) this.#onOddEnd({ name: this.name, code, signal, atStart: !this.#ready });
      this.#ready = false;
      this.#again = setTimeout(() => {
        this.#spawn();
      }, 300);
    });
  }
}
