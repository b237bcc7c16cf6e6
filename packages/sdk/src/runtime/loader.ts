import { Worker } from "node:worker_threads";
import { type LoadError, refusal, type SerializedDag, type TimetableAnswer } from "@windlass/contract";
import type { DagFileCode } from "../serialize/problems.ts";
import { timetableError } from "./ask-timetable.ts";
import type { FromLoader, LoadRequest, TimetableLoad } from "./load-messages.ts";
import { ENTRIES } from "./paths.ts";

/** What came of loading one file. */
export interface Loaded {
  readonly dags: readonly SerializedDag[];
  readonly errors: readonly LoadError[];
}

/** Bounds of what one file may take while it is loaded. */
export interface LoadLimits {
  /** Seconds; Airflow's `dagbag_import_timeout` is 30. */
  readonly seconds: number;
  /** Megabytes of heap. */
  readonly megabytes: number;
}

function refused(code: DagFileCode, file: string, data: Readonly<Record<string, unknown>>): Loaded {
  const { reason, fix } = refusal(code, { file, ...data });
  return { dags: [], errors: [{ code, reason, fix, file, line: null, column: null, trace: reason }] };
}

/** What a thread's end comes to, however it ends. */
interface Ways<Answer> {
  /** Of a message that is the answer; undefined for others. */
  readonly answer: (message: FromLoader) => Answer | undefined;
  readonly late: () => Answer;
  readonly full: () => Answer;
  readonly broken: (problem: unknown) => Answer;
  readonly gone: (exitCode: number) => Answer;
}

// A pure function that names some dozen dates takes milliseconds.
const TIMETABLE_SECONDS = 10;

/** A thread that waits for its one file. */
interface WarmThread {
  readonly worker: Worker;
  readonly warm: Promise<void>;
}

/**
 * Loads bundles, each in a fresh thread, so that a file that loops forever, ends its process or eats memory harms only itself. One thread
 * is always warm and waiting: a load does not pay for its start.
 */
export class Loader {
  readonly #limits: LoadLimits;
  #waiting: WarmThread;

  constructor(limits: LoadLimits) {
    this.#limits = limits;
    this.#waiting = this.#start();
  }

  #start(): WarmThread {
    const worker = new Worker(ENTRIES.loadWorker, {
      // What a file prints while it is loaded belongs to nobody.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.megabytes },
    });
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on("error", () => undefined);
    worker.unref();
    const warm = new Promise<void>((resolve) => {
      worker.on("message", (message: FromLoader) => {
        if (message.type === "warm") resolve();
      });
    });
    return { worker, warm };
  }

  /** Loads one bundle. Never rejects. */
  load(request: LoadRequest): Promise<Loaded> {
    const { file } = request;
    const { seconds, megabytes } = this.#limits;
    return this.#inThread(request, seconds, {
      answer: (message) => (message.type === "loaded" ? message : undefined),
      late: () => refused("dag_file.timeout", file, { seconds }),
      full: () => refused("dag_file.out_of_memory", file, { limit_mb: megabytes }),
      broken: (problem) => refused("dag_file.throws", file, { line: "?", error: String(problem) }),
      gone: (exitCode) => refused("dag_file.exits", file, { exit_code: exitCode }),
    });
  }

  /** Asks a timetable of one bundle, within a shorter time. Never rejects. */
  ask(request: TimetableLoad): Promise<TimetableAnswer> {
    const seconds = Math.min(this.#limits.seconds, TIMETABLE_SECONDS);
    const failed = (problem: string): TimetableAnswer => ({
      kind: "failed",
      error: timetableError(request.file, request.dagId, "of its own", problem),
    });
    return this.#inThread(request, seconds, {
      answer: (message) => (message.type === "answered" ? message.answer : undefined),
      late: () => failed(`it did not answer within ${String(seconds)} seconds`),
      full: () => failed(`it took more than ${String(this.#limits.megabytes)} MB of memory`),
      broken: (problem) => failed(String(problem)),
      gone: (exitCode) => failed(`it ended its process with ${String(exitCode)}`),
    });
  }

  #inThread<Answer>(request: LoadRequest | TimetableLoad, seconds: number, ways: Ways<Answer>): Promise<Answer> {
    const { worker, warm } = this.#waiting;
    this.#waiting = this.#start();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      let settled = false;
      const settle = (answer: Answer): void => {
        settled = true;
        clearTimeout(timer);
        resolve(answer);
        void worker.terminate();
      };
      // The file's time begins with the file: a busy machine that starts threads slowly is not its fault.
      void warm.then(() => {
        if (settled) return;
        timer = setTimeout(() => settle(ways.late()), seconds * 1000);
      });
      worker.on("message", (message: FromLoader) => {
        const answer = ways.answer(message);
        if (answer !== undefined) settle(answer);
      });
      worker.once("error", (problem: unknown) => {
        const code = problem instanceof Error && "code" in problem ? problem.code : undefined;
        settle(code === "ERR_WORKER_OUT_OF_MEMORY" ? ways.full() : ways.broken(problem));
      });
      worker.once("exit", (exitCode) => settle(ways.gone(exitCode)));
      worker.postMessage(request);
    });
  }

  /** Ends the waiting thread. */
  async close(): Promise<void> {
    await this.#waiting.worker.terminate();
  }
}
