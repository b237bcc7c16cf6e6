import { writeFileSync } from "node:fs";
import { constants, type PerformanceEntry, PerformanceObserver } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

/*
 * Loaded into the control process of a soak by `--import`: every few seconds it writes how much of V8's heap was in use, now and after the last major
 * collection. The second is what a leak shows in; the first rises and falls with the garbage. The folder stands in the URL, for the environment is the program's.
 */

const EVERY_MS = 5_000;
const folder = new URL(import.meta.url).searchParams.get("folder");

if (isMainThread && folder !== null) {
  let afterMajor: number | null = null;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } }).detail ?? {};
      if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) afterMajor = process.memoryUsage().heapUsed;
    }
  }).observe({ entryTypes: ["gc"] });
  setInterval(() => {
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync(`${folder}/${String(process.pid)}.json`, JSON.stringify({ heapUsed, external, afterMajor }));
  }, EVERY_MS).unref();
}
