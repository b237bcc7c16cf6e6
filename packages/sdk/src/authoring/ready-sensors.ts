import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { defer, until } from "./defer.ts";
import type { TaskContext } from "./context.ts";
import type { AnyHandler } from "./definition.ts";
import type { SensorOptions } from "./sensor.ts";
import type { TaskOptions } from "./task-options.ts";

/** Options of `dag.timeSensor`. */
export interface TimeSensorOptions<P = Record<string, unknown>> extends TaskOptions {
  /** The moment to wait for: text with a zone or offset, a Date, or computed from the context when the task runs. */
  readonly at: string | Date | ((context: TaskContext<P>) => string | Date);
}

/** Options of `dag.fileSensor`. */
export interface FileSensorOptions<P = Record<string, unknown>> extends SensorOptions {
  /** A file, or a folder that must hold a file; also computed from the context when the task runs. */
  readonly path: string | ((context: TaskContext<P>) => string);
}

/** Waits for a moment without holding a process. @internal */
export function timeHandler<P>({ at }: TimeSensorOptions<P>): AnyHandler {
  return async (_, context) => {
    const moment = typeof at === "function" ? at(context as TaskContext<P>) : at;
    await defer(until.time(moment));
  };
}

/** Asks whether a file is there. @internal */
export function filePoke<P>({ path }: FileSensorOptions<P>): AnyHandler {
  return async (_, context) => {
    const wanted = typeof path === "function" ? path(context as TaskContext<P>) : path;
    const found = await stat(wanted).catch(whereAbsent);
    return found?.isDirectory() === true ? holdsFile(wanted) : found !== undefined;
  };
}

/** As on Airflow a folder counts only with a file in it, however deep. */
async function holdsFile(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((entry) => !entry.isDirectory())) return true;
  for (const entry of entries) if (await holdsFile(join(folder, entry.name))) return true;
  return false;
}

function whereAbsent(problem: NodeJS.ErrnoException): undefined {
  if (problem.code !== "ENOENT" && problem.code !== "ENOTDIR") throw problem;
}
