import { join } from "node:path";
import type { Row } from "../figures.ts";
import { type BenchServer, startServer, treeMegabytes } from "../server.ts";

/** Cold starts and idle memory. The first start makes the database; later ones find it. */
export async function processRows(folder: string): Promise<{ rows: Row[]; server: BenchServer }> {
  const data = join(folder, "data");
  const first = await startServer(data);
  await first.stop();
  const later: number[] = [];
  for (let i = 0; i < 3; i++) {
    const server = await startServer(data);
    later.push(server.startMs);
    await server.stop();
  }
  const server = await startServer(data);
  // Idle is the state some seconds after the start, when what was loaded for it can be given back.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const memory = treeMegabytes(server.process.pid ?? 0, data);
  return {
    server,
    rows: [
      { name: "cold start, first ever, to the first healthy answer", value: first.startMs, unit: "ms", target: 1500 },
      { name: "cold start, later", value: Math.min(...later), unit: "ms", target: 700 },
      { name: "idle memory of everything together (PSS)", value: memory, unit: "MB", target: 220 },
    ],
  };
}
