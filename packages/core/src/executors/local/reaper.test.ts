import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const REAPER = fileURLToPath(new URL("./reaper.ts", import.meta.url));
// A supervisor of two programs in sessions of their own: one that carries its mark, and one of somebody else.
const SUPERVISOR = `
import { spawn } from "node:child_process";
import { startReaper } from ${JSON.stringify(REAPER)};
const reaper = startReaper("mine");
const start = (mark) => spawn("sleep", ["1000"], { detached: true, stdio: "ignore", env: { PATH: process.env.PATH, WINDLASS_RUNNER: mark } }).pid;
process.on("message", () => { reaper.stop(); process.disconnect(); });
process.send([start("mine.1"), start("another's.1")]);
`;

function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe.skipIf(!existsSync("/proc/self/status"))("what runners have started", () => {
  const started: number[] = [];

  async function supervisor(): Promise<{ child: ChildProcess; mine: number; others: number }> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", SUPERVISOR], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const [[mine, others]] = (await once(child, "message")) as [[number, number]];
    started.push(mine, others);
    return { child, mine, others };
  }

  afterEach(() => {
    for (const pid of started.splice(0)) if (lives(pid)) process.kill(pid, "SIGKILL");
  });

  it("is ended when whoever keeps the runners is killed, wherever it has moved to; that of others is not", async () => {
    const { child, mine, others } = await supervisor();
    expect(lives(mine)).toBe(true);
    child.kill("SIGKILL");
    await expect.poll(() => lives(mine), { timeout: 20_000 }).toBe(false);
    expect(lives(others)).toBe(true);
  });
});
