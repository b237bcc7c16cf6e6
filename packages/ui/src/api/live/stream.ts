import type { LiveEvent, StreamStatus } from "./event.ts";
import { eventParser } from "./parse-events.ts";

/** Hears a stream. */
export interface StreamListener {
  onEvents(events: readonly LiveEvent[]): void;
  onStatus(status: StreamStatus): void;
}

// Longer than two heartbeats of the server.
const SILENCE_MS = 40_000;
const RETRY_MS = [500, 1000, 2000, 5000, 10_000] as const;

/**
 * Reads the server's event stream, in a page or in a worker, and connects again where it breaks, from the last event on.
 * @param url of the stream without a cursor
 * @returns stops it
 */
export function openStream(url: string, listener: StreamListener): () => void {
  let stopped = false;
  let cursor: number | undefined;
  let failures = 0;
  let abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const connect = async (): Promise<void> => {
    abort = new AbortController();
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), SILENCE_MS);
    };
    try {
      watch();
      const join = url.includes("?") ? "&" : "?";
      const response = await fetch(cursor === undefined ? url : `${url}${join}after=${cursor}`, {
        credentials: "same-origin",
        cache: "no-store",
        headers: { accept: "text/event-stream" },
        signal: abort.signal,
      });
      if (!response.ok || response.body === null) {
        // Signed out: the page's own next request will say so. Trying on would only fill the refused-requests log.
        if (response.status === 401 || response.status === 403) stopped = true;
        listener.onStatus("down");
        return;
      }
      listener.onStatus("open");
      failures = 0;
      await read(response.body, watch);
      if (!stopped) listener.onStatus("down");
    } catch {
      if (!stopped) listener.onStatus("down");
    } finally {
      clearTimeout(timer);
    }
  };

  const read = async (body: ReadableStream<Uint8Array>, watch: () => void): Promise<void> => {
    let batch: LiveEvent[] = [];
    const parse = eventParser(({ event, data, id }) => {
      if (event === "reset") {
        cursor = undefined;
        listener.onStatus("reset");
        return;
      }
      if (id !== null && /^\d+$/.test(id)) cursor = Number(id);
      if (event === "change") {
        const parsed = JSON.parse(data) as LiveEvent;
        cursor = parsed.id;
        batch.push(parsed);
      }
    });
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      watch();
      parse(decoder.decode(value, { stream: true }));
      if (batch.length > 0) listener.onEvents(batch);
      batch = [];
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopped) {
      listener.onStatus("connecting");
      await connect();
      if (isStopped()) return;
      const wait = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 10_000;
      failures += 1;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
  const isStopped = (): boolean => stopped;
  void loop();

  return () => {
    stopped = true;
    clearTimeout(timer);
    abort.abort();
  };
}
