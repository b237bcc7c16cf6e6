import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { UpProcess } from "../../../packages/cli/test-support/up-process.ts";
import type { Row } from "../figures.ts";
import { treeMegabytes } from "../memory.ts";
import { startProgram } from "../start-program.ts";

const dagsFolder = fileURLToPath(new URL("../../dags", import.meta.url));

/** Cold starts and idle memory of the program as users have it, bundled. The first start makes the database; later ones find it. */
export async function processRows(folder: string): Promise<{ rows: Row[]; server: UpProcess }> {
  const options = { dagsFolder, dataFolder: join(folder, "data") };
  const first = await startProgram(options);
  await first.stop();
  const later: number[] = [];
  for (let i = 0; i < 3; i++) {
    const server = await startProgram(options);
    later.push(server.startMs);
    await server.stop();
  }
  const server = await startProgram(options);
  // Idle is the state some seconds after the start, when what was loaded for it can be given back.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const memory = treeMegabytes(server.process.pid ?? 0, options.dataFolder);
  return {
    server,
    rows: [
      { name: "cold start, first ever, to the first healthy answer", value: first.startMs, unit: "ms", target: 1500 },
      { name: "cold start, later", value: Math.min(...later), unit: "ms", target: 700 },
      { name: "idle memory of everything together (PSS)", value: memory, unit: "MB", target: 220 },
    ],
  };
}
