import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { until } from "../test-support/until.ts";
import { startUp, temporaryFolder, type UpProcess } from "../test-support/up-process.ts";

const dagsFolder = fileURLToPath(new URL("./drill-dags", import.meta.url));

interface Entry {
  readonly what: "start" | "end";
  readonly attemptId: string;
  readonly taskId: string;
  readonly tryNumber: number;
}

function entries(ledger: string): readonly Entry[] {
  if (!existsSync(ledger)) return [];
  return readFileSync(ledger, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Entry);
}

/** Makes a run. @returns false where the server has not read the Dag's file yet */
async function trigger(server: UpProcess, body: object): Promise<boolean> {
  const answer = await fetch(`${server.url}/api/v2/dags/ledger/dagRuns`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.status === 200;
}

describe("windlass up that is stopped while a task runs", () => {
  // Side by side: each of them waits for most of its time.
  it.concurrent.each(["SIGTERM", "SIGINT"] as const)(
    "by %s consumes no try: the same one is made again at the next start",
    { timeout: 120_000 },
    async (signal) => {
      const folder = temporaryFolder();
      const dataFolder = join(folder.path, "data");
      const ledger = join(folder.path, "ledger");
      try {
        const server = await startUp({ dagsFolder, dataFolder });
        // Longer than the grace, so that it has to be ended.
        const body = { dag_run_id: "r", logical_date: null, conf: { ledger, ms: 9_000 } };
        await until(() => trigger(server, body));
        await until(async () => entries(ledger).length > 0);
        // Told once: a second signal, of whichever kind, would end it at once.
        const ended = once(server.process, "exit");
        server.process.kill(signal);
        expect(await ended).toEqual([0, null]);
        expect(entries(ledger)).toMatchObject([{ what: "start", taskId: "first", tryNumber: 1 }]);
        const next = await startUp({ dagsFolder, dataFolder });
        await until(async () => entries(ledger).some(({ what }) => what === "end"));
        const first = entries(ledger).filter(({ taskId }) => taskId === "first");
        expect(first.map(({ what, tryNumber }) => [what, tryNumber])).toEqual([
          ["start", 1],
          ["start", 1],
          ["end", 1],
        ]);
        expect(new Set(first.map(({ attemptId }) => attemptId)).size).toBe(2);
        await next.stop();
      } finally {
        await folder.remove();
      }
    },
  );
});
