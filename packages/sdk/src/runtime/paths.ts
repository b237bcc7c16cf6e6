/** Sources run as they are; the published package has all its entries beside each other in one folder. */
const fromSource = import.meta.url.endsWith(".ts");

function entry(source: string, built: string): URL {
  return new URL(fromSource ? source : built, import.meta.url);
}

/** Entries of the processes that run user code, and what `import "windlass"` means in them. */
export const ENTRIES = {
  parser: entry("./parser-main.ts", "./parser-main.js"),
  runner: entry("./runner-main.ts", "./runner-main.js"),
  loadWorker: entry("./load-worker-main.ts", "./load-worker-main.js"),
  root: entry("../index.ts", "./index.js"),
  testing: entry("../testing/index.ts", "./testing.js"),
  airflowSdk: entry("../airflow-sdk/index.ts", "./airflow-ts-sdk.js"),
} as const;
