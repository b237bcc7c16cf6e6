import { open } from "../../api/client.ts";
import { asRefused, type RefusedError } from "../../api/refusal.ts";
import { type ApiRequest, path } from "../../api/request.ts";
import { NATIVE } from "../../api/requests/native.ts";
import type { LogStore } from "./log-store.ts";
import { LineSplitter } from "./split-lines.ts";

/** Which log. */
export interface LogPlace {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
}

const PART_BYTES = 8 * 1024 * 1024;
const RETRY_MS = 1000;

/** The request for a part of a log. */
function logRequest(
  { dagId, runId, taskId, mapIndex, tryNumber }: LogPlace,
  offset: number,
  follow: boolean,
): ApiRequest {
  return {
    method: "GET",
    path: NATIVE + path`/dags/${dagId}/runs/${runId}/task-instances/${taskId}/log`,
    query: {
      try_number: tryNumber,
      map_index: mapIndex < 0 ? undefined : mapIndex,
      offset,
      ...(follow ? { follow: true } : { limit: PART_BYTES }),
    },
    headers: { accept: "application/x-ndjson" },
  };
}

/**
 * Reads a log into a store: first all that is there, part by part, then what follows, until the attempt is over. A cut connection is
 * taken up again at the byte where the last whole line ended, so no line is lost or doubled.
 * @param onProblem hears what stops the reading for good, or null when it goes on
 */
export async function readLog(
  place: LogPlace,
  store: LogStore,
  signal: AbortSignal,
  onProblem: (problem: RefusedError | null) => void,
): Promise<void> {
  const splitter = new LineSplitter();
  let follow = false;
  while (!signal.aborted) {
    try {
      const response = await open(logRequest(place, splitter.taken, follow), signal);
      const before = splitter.taken;
      const total = Number(response.headers.get("x-total-bytes") ?? "NaN");
      const complete = response.headers.get("x-log-complete") === "true";
      await pour(response, splitter, store, signal);
      onProblem(null);
      const moved = splitter.taken > before;
      // A part that ends inside a line: without a line end nothing was taken, and the rest is kept for the next part only while following.
      if (complete && (Number.isNaN(total) || splitter.taken >= total || !moved)) {
        store.append(splitter.end());
        store.finish();
        return;
      }
      if (follow && !moved) await pause(RETRY_MS, signal);
      if (!follow) follow = !complete && (Number.isNaN(total) || splitter.taken >= total || !moved);
      splitter.drop();
    } catch (error) {
      if (signal.aborted) return;
      splitter.drop();
      const refused = asRefused(error);
      onProblem(refused);
      if (refused.status !== 0 && refused.status < 500 && refused.status !== 404) return;
      await pause(refused.status === 404 ? RETRY_MS * 2 : RETRY_MS, signal);
    }
  }
}

async function pour(response: Response, splitter: LineSplitter, store: LogStore, signal: AbortSignal): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let batch: string[] = [];
  let scheduled = false;
  const flush = (): void => {
    scheduled = false;
    store.append(batch);
    batch = [];
  };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      for (const line of splitter.push(value)) batch.push(line);
      if (!scheduled && batch.length > 0) {
        scheduled = true;
        // One paint for all that arrives within a frame; a timer, because frames stop in hidden tabs.
        window.setTimeout(flush, 16);
      }
    }
  } finally {
    if (!signal.aborted) flush();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      window.clearTimeout(timer);
      resolve();
    });
  });
}
