import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { RefusedError } from "../../api/refusal.ts";
import { LogStore } from "./log-store.ts";
import { type LogPlace, readLog } from "./read-log.ts";

/** A log that is being read while somebody looks. */
export interface OpenLog {
  readonly store: LogStore;
  /** Changes with every batch of lines. */
  readonly version: number;
  readonly problem: RefusedError | null;
}

/** Reads a log from its first line on and follows it to its end. */
export function useLog({ dagId, runId, taskId, mapIndex, tryNumber }: LogPlace): OpenLog {
  const key = JSON.stringify([dagId, runId, taskId, mapIndex, tryNumber]);
  const store = useMemo(() => (key === "" ? new LogStore() : new LogStore()), [key]);
  const [problem, setProblem] = useState<RefusedError | null>(null);
  const version = useSyncExternalStore(store.subscribe, () => store.version);
  useEffect(() => {
    const abort = new AbortController();
    setProblem(null);
    void readLog({ dagId, runId, taskId, mapIndex, tryNumber }, store, abort.signal, setProblem);
    return () => abort.abort();
  }, [store, dagId, runId, taskId, mapIndex, tryNumber]);
  return { store, version, problem };
}
