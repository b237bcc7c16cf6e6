import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Fleet } from "../fleet.ts";
import type { Seeded } from "../seeded.ts";
import { type Fault, moment } from "./fault.ts";

const LASTS_MS = 8_000;

/** Files that do harm to whoever reads them. */
const POISON: Readonly<Record<string, string>> = {
  "that throws": `throw new Error("this file is poison");`,
  "that is none": `export const = ;`,
  "that ends its process": `process.exit(3);`,
  // It stands still and costs nobody anything.
  "that never ends": `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
  "that is large": `export const text = "${"x".repeat(5_000_000)}";`,
};

/** A file in the Dags folder that cannot be read, for a while, with a Dag that is there in between. */
export function dagFaults({ dagsFolder }: Fleet, random: Seeded, signal: AbortSignal): readonly Fault[] {
  let count = 0;
  return Object.entries(POISON).map(([kind, text]) => ({
    kind: `Dag file ${kind}`,
    weight: 0.2,
    run: () => {
      const file = join(dagsFolder, `poison_${String(++count)}.ts`);
      writeFileSync(
        file,
        `import { Dag } from "windlass";\n${random.next() < 0.5 ? 'new Dag("poison");\n' : ""}${text}\n`,
      );
      void delay(LASTS_MS, undefined, { signal, ref: false })
        .catch(() => undefined)
        .then(() => {
          rmSync(file, { force: true });
        });
      return moment();
    },
  }));
}
