import { BenchClient } from "../client.ts";
import { median, type Row } from "../figures.ts";
import type { UpProcess } from "../../../packages/cli/test-support/up-process.ts";

/** No-op task instances a second, sustained: many runs of 100 tasks each, triggered at once. */
export async function throughputRows(server: UpProcess): Promise<Row[]> {
  const client = new BenchClient(server.url, server.key, 16);
  const [runs, tasks] = [60, 100];
  const once = async (): Promise<number> => {
    const begun = performance.now();
    const ids = await Promise.all(
      Array.from({ length: runs }, async () =>
        String((await client.call("POST", "/api/v2/dags/bench_wide/dagRuns", { logical_date: null })).json.dag_run_id),
      ),
    );
    const open = new Set(ids);
    while (open.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const id of open) {
        const { json } = await client.call("GET", `/api/v2/dags/bench_wide/dagRuns/${encodeURIComponent(id)}`);
        if (json.state === "failed") throw new Error(`${id} failed`);
        if (json.state !== "success") break;
        open.delete(id);
      }
    }
    return (runs * tasks * 1_000) / (performance.now() - begun);
  };
  try {
    const value = median([await once(), await once(), await once()]);
    return [{ name: "no-op task instances, sustained", value, unit: "/s", target: 3000, shared: "perSecond" }];
  } finally {
    client.close();
  }
}
