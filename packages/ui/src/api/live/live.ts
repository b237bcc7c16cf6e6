import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { LiveEvent, StreamStatus } from "./event.ts";
import { keysOf } from "./refresh.ts";
import { startLive } from "./source.ts";

// Long enough to gather a burst, short enough to feel at once.
const GATHER_MS = 250;
const POLL_MS = 5000;

let status: StreamStatus = "connecting";
let downSince: number | null = null;
const listeners = new Set<() => void>();

function setStatus(next: StreamStatus): void {
  if (next === "reset") return;
  if (next === "open") downSince = null;
  else if (next === "down") downSince ??= Date.now();
  status = next;
  for (const listener of listeners) listener();
}

/** Milliseconds since which live updates are missing; null while they arrive. */
export function useLiveDownSince(): number | null {
  return useSyncExternalStore(subscribe, () => downSince);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Refreshes what a page shows as the server changes: events are gathered, then the queries they touch are asked again, each once. While
 * the stream is down, the queries in view are polled.
 * @returns stops it
 */
export function followLive(client: QueryClient): () => void {
  const stale = new Map<string, readonly unknown[]>();
  let timer: number | undefined;

  const flush = (): void => {
    timer = undefined;
    if (document.hidden) return;
    const keys = [...stale.values()];
    stale.clear();
    for (const queryKey of keys) void client.invalidateQueries({ queryKey });
  };
  const gather = (events: readonly LiveEvent[]): void => {
    for (const event of events) for (const key of keysOf(event)) stale.set(JSON.stringify(key), key);
    if (stale.size > 0) timer ??= window.setTimeout(flush, GATHER_MS);
  };
  const stop = startLive({
    onEvents: gather,
    onStatus(next) {
      if (next === "reset") void client.invalidateQueries();
      setStatus(next);
    },
  });
  const catchUp = (): void => {
    if (!document.hidden) flush();
  };
  document.addEventListener("visibilitychange", catchUp);
  const poll = window.setInterval(() => {
    if (status !== "open" && !document.hidden)
      void client.invalidateQueries({ refetchType: "active", predicate: ({ queryKey }) => queryKey[0] !== "me" });
  }, POLL_MS);
  return () => {
    stop();
    window.clearTimeout(timer);
    window.clearInterval(poll);
    document.removeEventListener("visibilitychange", catchUp);
  };
}
