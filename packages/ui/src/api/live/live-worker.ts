/// <reference lib="webworker" />
import type { StreamStatus, WorkerMessage } from "./event.ts";
import { openStream } from "./stream.ts";

// One stream for all tabs of this browser: over HTTP/1.1 a stream a tab would use up the browser's six connections.
declare const self: SharedWorkerGlobalScope;

const ports = new Set<MessagePort>();
let stop: (() => void) | undefined;
let status: StreamStatus = "connecting";

function tell(message: WorkerMessage): void {
  for (const port of ports) port.postMessage(message);
}

self.addEventListener("connect", ({ ports: [port] }) => {
  if (port === undefined) return;
  ports.add(port);
  port.addEventListener("message", ({ data }: MessageEvent<{ type: "start"; url: string } | { type: "leave" }>) => {
    if (data.type === "leave") {
      ports.delete(port);
      if (ports.size > 0) return;
      stop?.();
      stop = undefined;
      return;
    }
    stop ??= openStream(data.url, {
      onEvents: (events) => tell({ type: "events", events }),
      onStatus(next) {
        status = next;
        tell({ type: "status", status });
      },
    });
    port.postMessage({ type: "status", status } satisfies WorkerMessage);
  });
  port.start();
});
