import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KILLED_WITH_PARENT } from "@windlass/contract";
import { describe, expect, it } from "vitest";

const LOOPS = `process.send({ pid: process.pid, told: process.argv.includes(${JSON.stringify(KILLED_WITH_PARENT)}) }); for (;;);`;

// Elsewhere children look after it themselves, and the runner's own test shows that.
const withSetpriv = ["/usr/bin/setpriv", "/bin/setpriv"].some((path) => existsSync(path));

describe("a child that runs user code", () => {
  it.runIf(withSetpriv)("is told that it dies with its parent, and does so in the middle of a loop", async () => {
    const folder = mkdtempSync(join(tmpdir(), "windlass-child-"));
    const loops = join(folder, "loops.cjs");
    writeFileSync(loops, LOOPS);
    const program = `
      import { spawnChild } from ${JSON.stringify(new URL("./spawn-child.ts", import.meta.url).href)};
      spawnChild({ path: ${JSON.stringify(loops)}, environment: {}, nodeOptions: [] })
        .on("message", (message) => console.log(JSON.stringify(message)));`;
    const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", program]);
    try {
      const said = await new Promise<{ pid: number; told: boolean }>((resolve) =>
        parent.stdout.once("data", (chunk: Buffer) => {
          resolve(JSON.parse(chunk.toString()) as { pid: number; told: boolean });
        }),
      );
      expect(said.told).toBe(true);
      parent.kill("SIGKILL");
      await expect.poll(() => isRunning(said.pid), { timeout: 10_000 }).toBe(false);
    } finally {
      parent.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A zombie, which waits for somebody to ask after it, runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
  } catch {
    return false;
  }
}
