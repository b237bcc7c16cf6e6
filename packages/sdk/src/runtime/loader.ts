import { Worker } from "node:worker_threads";
import { type LoadError, refusal, type SerializedDag } from "@windlass/contract";
import type { DagFileCode } from "../serialize/problems.ts";
import type { FromLoader, LoadRequest } from "./load-messages.ts";
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
    const { worker, warm } = this.#waiting;
    this.#waiting = this.#start();
    const { file } = request;
    const { seconds, megabytes } = this.#limits;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      let settled = false;
      const settle = (loaded: Loaded): void => {
        settled = true;
        clearTimeout(timer);
        resolve(loaded);
        void worker.terminate();
      };
      // The file's time begins with the file: a busy machine that starts threads slowly is not its fault.
      void warm.then(() => {
        if (settled) return;
        timer = setTimeout(() => settle(refused("dag_file.timeout", file, { seconds })), seconds * 1000);
      });
      worker.on("message", (message: FromLoader) => {
        if (message.type === "loaded") settle(message);
      });
      worker.once("error", (problem: unknown) => {
        const code = problem instanceof Error && "code" in problem ? problem.code : undefined;
        if (code === "ERR_WORKER_OUT_OF_MEMORY")
          settle(refused("dag_file.out_of_memory", file, { limit_mb: megabytes }));
        else settle(refused("dag_file.throws", file, { line: "?", error: String(problem) }));
      });
      worker.once("exit", (exitCode) => settle(refused("dag_file.exits", file, { exit_code: exitCode })));
      worker.postMessage(request);
    });
  }

  /** Ends the waiting thread. */
  async close(): Promise<void> {
    await this.#waiting.worker.terminate();
  }
}
