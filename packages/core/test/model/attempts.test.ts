import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const spin = process.env["WINDLASS_SPIN"];
const MODEL = "attempts.pml";
const SAFETY = ["-run", "-safety", "-noclaim", "-m200000"];
const LIVENESS = ["-run", "-ltl", "comesToItsEnd", "-a", "-f", "-DNFAIR=3", "-m200000"];

/** Faults that others had and this design must not have: the model has to see each of them, or it proves nothing about the rest. */
const FAULTS = [
  { fault: "an expiry that does not look again", defines: ["-DCHECK_OUTSIDE"], search: SAFETY },
  { fault: "an announcement outside of the transaction", defines: ["-DNO_OUTBOX"], search: LIVENESS },
  { fault: "a report that needs no permission", defines: ["-DNO_FENCE"], search: SAFETY },
  { fault: "work that only its scheduler looks after", defines: ["-DADOPT_BY_OWNER", "-DDEATHS=2"], search: LIVENESS },
] as const;

// Seconds on a machine at rest, and the compiler takes its time besides.
const PATIENCE_MS = 180_000;

describe.skipIf(!spin)(
  "the Promela model of attempts, checked by SPIN (needs WINDLASS_SPIN)",
  { timeout: PATIENCE_MS },
  () => {
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "windlass-spin-"));
      await copyFile(join(import.meta.dirname, MODEL), join(folder, MODEL));
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    async function check(
      defines: readonly string[],
      search: readonly string[],
    ): Promise<{ readonly errors: number; readonly states: number }> {
      const { stdout } = await run(spin ?? "", [...defines, ...search, MODEL], { cwd: folder, timeout: PATIENCE_MS });
      return {
        errors: Number(/errors: (\d+)/.exec(stdout)?.[1]),
        states: Number(/(\d[\d.e+]*) states, stored/.exec(stdout)?.[1]),
      };
    }

    it("finds no order of steps in which an attempt starts twice, a late report counts, or what is over changes", async () => {
      const { errors, states } = await check([], SAFETY);
      expect(errors).toBe(0);
      // A search that ends early would say as much.
      expect(states).toBeGreaterThan(500_000);
    });

    it("finds no order of steps that forgets a task instance", async () => {
      const { errors, states } = await check([], LIVENESS);
      expect(errors).toBe(0);
      expect(states).toBeGreaterThan(100_000);
    });

    it.each(FAULTS)("catches $fault", async ({ defines, search }) => {
      expect((await check(defines, search)).errors).toBe(1);
    });
  },
);
