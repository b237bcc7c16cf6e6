import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  refusal,
  type FromParser,
  type LoadError,
  type ParseRequest,
  type ParseResult,
  type RefusalCode,
  type TimetableAnswer,
  type TimetableRequest,
} from "@windlass/contract";
import { exitReason } from "../../executors/local/exit-reason.ts";
import { signalGroup, spawnChild } from "../../executors/local/spawn-child.ts";

/** How Dag files are parsed. */
export interface ParserOptions {
  /** Entry file of the parser. */
  readonly parserPath: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Options of Node for the parser. @defaultValue none */
  readonly nodeOptions?: readonly string[];
  /** The longest a file may take, in seconds. */
  readonly timeoutSeconds: number;
  /** Milliseconds after which a parser without work ends. @defaultValue 2000 */
  readonly idleMs?: number;
}

/** One question to the child. */
interface Pending {
  readonly id: number;
  readonly message: ParseRequest | TimetableRequest;
  /** Takes the child's answer. @returns whether it is the one */
  readonly take: (message: FromParser) => boolean;
  /** The child ended, or was ended for taking too long. */
  readonly lost: (exit: Parameters<typeof exitReason>[0], timeoutSeconds: number | null) => Promise<void>;
  timer?: NodeJS.Timeout;
}

// The parser has the same limit and names the line; this one is for a parser that does not answer at all.
const PARSER_FIRST_SECONDS = 5;
const STDERR_KEPT = 4_096;
// It holds some 80 MB with the bundler, and is there again in less time than it takes to look from the editor to the page.
const IDLE_MS = 2_000;

/** A parser child, started when it is needed, one file at a time, and started anew whenever it ends. */
export class ParserProcess {
  readonly #options: ParserOptions;
  readonly #queue: Pending[] = [];
  #current: Pending | undefined;
  #child: ChildProcess | undefined;
  #stderr = "";
  #nextId = 1;
  #timedOut = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: ParserOptions) {
    this.#options = options;
  }

  /** Parses one file; after `stop` it never answers. Whatever the file does to its process is an error of the file; this never rejects. */
  parse(dagsFolder: string, file: string): Promise<ParseResult> {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#queue.push({
        id,
        message: { id, dagsFolder, file },
        take: (message) => {
          if (message.type !== "parsed") return false;
          resolve(message.result);
          return true;
        },
        lost: async (exit, timeoutSeconds) => {
          const error = exitError(file, exit, timeoutSeconds);
          const source = await readFile(join(dagsFolder, file), "utf8").catch(() => "");
          resolve({ file, hash: null, bundle: null, source, dags: [], errors: [error], seconds: 0 });
        },
      });
      this.#next();
    });
  }

  /** Asks the timetable of a Dag, as `parse`. */
  askTimetable(request: Omit<TimetableRequest, "id">): Promise<TimetableAnswer> {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#queue.push({
        id,
        message: { ...request, id },
        take: (message) => {
          if (message.type !== "timetable") return false;
          resolve(message.answer);
          return true;
        },
        lost: (exit, timeoutSeconds) => {
          const problem = timeoutSeconds === null ? exitReason(exit).message : "it did not answer in time";
          const { dagId, file } = request;
          const data = { dag_id: dagId, timetable: "of its own", problem };
          resolve({ kind: "failed", error: loadError("dag_file.timetable_failed", file, data, exit.stderr) });
          return Promise.resolve();
        },
      });
      this.#next();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#idleTimer);
    const child = this.#child;
    if (!child) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    if (child.connected) child.disconnect();
    const killer = setTimeout(() => signalGroup(child, "SIGKILL"), 1_000);
    await ended;
    clearTimeout(killer);
  }

  #next(): void {
    if (this.#current || this.#stopped) return;
    const next = this.#queue.shift();
    clearTimeout(this.#idleTimer);
    if (!next) {
      this.#idleTimer = setTimeout(() => {
        if (this.#child?.connected) this.#child.disconnect();
      }, this.#options.idleMs ?? IDLE_MS).unref();
      return;
    }
    this.#current = next;
    this.#timedOut = false;
    const child = this.#child?.connected ? this.#child : this.#spawn();
    child.send(next.message, () => undefined);
    const limitMs = (this.#options.timeoutSeconds + PARSER_FIRST_SECONDS) * 1_000;
    next.timer = setTimeout(() => {
      this.#timedOut = true;
      signalGroup(child, "SIGKILL");
    }, limitMs).unref();
  }

  #spawn(): ChildProcess {
    const { parserPath, environment, nodeOptions = [], timeoutSeconds } = this.#options;
    const child = spawnChild({
      path: parserPath,
      nodeOptions,
      environment: { ...environment, WINDLASS_PARSE_TIMEOUT_SECONDS: String(timeoutSeconds) },
    });
    this.#child = child;
    this.#stderr = "";
    child.stdout?.resume();
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.on("error", () => undefined);
    child.on("message", (message: FromParser) => {
      const current = this.#current;
      if (message.type === "ready" || message.id !== current?.id || !current.take(message)) return;
      this.#done(current);
    });
    child.on("exit", (code, signal) => {
      signalGroup(child, "SIGKILL");
      if (this.#child !== child) return;
      this.#child = undefined;
      const current = this.#current;
      if (current) void this.#answerExit(current, code, signal);
    });
    return child;
  }

  #done(pending: Pending): void {
    if (this.#current !== pending) return;
    clearTimeout(pending.timer);
    this.#current = undefined;
    this.#next();
  }

  async #answerExit(pending: Pending, code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    await pending.lost({ code, signal, stderr: this.#stderr }, this.#timedOut ? this.#options.timeoutSeconds : null);
    this.#done(pending);
  }
}

function exitError(file: string, exit: Parameters<typeof exitReason>[0], timeoutSeconds: number | null): LoadError {
  if (timeoutSeconds !== null)
    return loadError("dag_file.timeout", file, { file, seconds: timeoutSeconds }, exit.stderr);
  const reason = exitReason(exit);
  if (reason.kind === "out-of-memory")
    return loadError("dag_file.out_of_memory", file, { file, limit_mb: "its" }, exit.stderr);
  return loadError(
    "dag_file.exits",
    file,
    { file, exit_code: exit.code ?? exit.signal },
    exit.stderr || reason.message,
  );
}

function loadError(code: RefusalCode, file: string, data: Readonly<Record<string, unknown>>, trace: string): LoadError {
  const { reason, fix } = refusal(code, data);
  return { code, reason, fix, file, line: null, column: null, trace };
}
