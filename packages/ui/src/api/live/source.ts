import { basePath } from "../../page-facts.ts";
import { NATIVE } from "../requests/native.ts";
import type { WorkerMessage } from "./event.ts";
import workerUrl from "./live-worker.ts?sharedworker&url";
import { openStream, type StreamListener } from "./stream.ts";
import { trustedScriptUrl } from "./trusted-script-url.ts";

// A worker that neither opens the stream nor says that it is trying within this time is of no use (blocked by policy, or too old).
const WORKER_PATIENCE_MS = 4000;

/**
 * Events for this page: from the browser's shared worker, otherwise from a stream of its own while the page is visible.
 * @returns stops it
 */
export function startLive(listener: StreamListener): () => void {
  const url = `${window.location.origin}${basePath()}${NATIVE}/events`;
  if (typeof SharedWorker === "undefined") return ownStream(url, listener);
  let stop: () => void = () => undefined;
  let worker: SharedWorker;
  try {
    worker = new SharedWorker(trustedScriptUrl(workerUrl), { type: "module", name: "windlass-live" });
  } catch {
    return ownStream(url, listener);
  }
  let opened = false;
  const leave = (): void => worker.port.postMessage({ type: "leave" });
  const giveUp = (): void => {
    if (opened) return;
    opened = true;
    leave();
    worker.port.close();
    stop = ownStream(url, listener);
  };
  const patience = window.setTimeout(giveUp, WORKER_PATIENCE_MS);
  let downs = 0;
  worker.addEventListener("error", giveUp);
  worker.port.addEventListener("message", ({ data }: MessageEvent<WorkerMessage>) => {
    if (data.type === "events") return listener.onEvents(data.events);
    if (data.status === "open") {
      opened = true;
      window.clearTimeout(patience);
    }
    // Before it was ever open, a worker that fails twice is asked no longer: the page's own stream may be allowed where the worker's is not.
    if (data.status === "down" && !opened && ++downs >= 2) return giveUp();
    listener.onStatus(data.status);
  });
  worker.port.start();
  worker.port.postMessage({ type: "start", url });
  window.addEventListener("pagehide", leave);
  stop = () => {
    leave();
    worker.port.close();
  };
  return () => {
    window.clearTimeout(patience);
    window.removeEventListener("pagehide", leave);
    stop();
  };
}

function ownStream(url: string, listener: StreamListener): () => void {
  let stop: (() => void) | undefined;
  const follow = (): void => {
    if (document.hidden) {
      stop?.();
      stop = undefined;
    } else if (stop === undefined) {
      // What happened while the page was hidden was not heard.
      listener.onStatus("reset");
      stop = openStream(url, listener);
    }
  };
  document.addEventListener("visibilitychange", follow);
  follow();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    stop?.();
  };
}
