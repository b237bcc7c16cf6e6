import { BenchClient } from "../client.ts";
import { median, percentile, type Row } from "../figures.ts";
import type { UpProcess } from "../../../packages/cli/test-support/up-process.ts";

const PATH = "/api/v2/dags/bench_paused/dagRuns";

/** How long a trigger takes, and how many there are in a second; the Dag is paused, so only the making of runs is measured. */
export async function triggerRows(server: UpProcess): Promise<Row[]> {
  const client = new BenchClient(server.url, server.key, 32);
  try {
    for (let i = 0; i < 300; i++) await trigger(client);
    const samples: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const begun = performance.now();
      await trigger(client);
      samples.push(performance.now() - begun);
    }
    const rate = median([await rateOf(client), await rateOf(client), await rateOf(client)]);
    return [
      { name: "trigger over HTTP, one client, p50", value: percentile(samples, 0.5), unit: "ms", target: 2 },
      { name: "trigger over HTTP, one client, p99", value: percentile(samples, 0.99), unit: "ms", target: 8 },
      { name: "triggers, 32 clients", value: rate, unit: "/s", target: 3000 },
    ];
  } finally {
    client.close();
  }
}

/** With 32 clients, for a while. */
async function rateOf(client: BenchClient): Promise<number> {
  const begun = performance.now();
  const end = begun + 2_000;
  let made = 0;
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (performance.now() < end) {
        await trigger(client);
        made++;
      }
    }),
  );
  return (made * 1_000) / (performance.now() - begun);
}

async function trigger(client: BenchClient): Promise<void> {
  const answer = await client.call("POST", PATH, { logical_date: null });
  if (answer.status !== 200) throw new Error(`trigger answered ${answer.status}: ${JSON.stringify(answer.json)}`);
}
