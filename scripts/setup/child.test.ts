import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";

const module = JSON.stringify(join(import.meta.dirname, "child.mjs"));

/** A process that runs `program` in the foreground and ends with its exit code. */
function foreground(program: string, options = "{}"): ReturnType<typeof spawn> {
  const outer = `import { runForeground } from ${module};
    process.exitCode = await runForeground(process.execPath, ["--eval", ${JSON.stringify(program)}], ${options});`;
  return spawn(process.execPath, ["--input-type=module", "--eval", outer], { stdio: ["ignore", "pipe", "inherit"] });
}

it("ends with the exit code of the program", async () => {
  expect(await once(foreground("process.exit(7)"), "exit")).toEqual([7, null]);
});

it.each(["SIGTERM", "SIGINT"] as const)(
  "hands %s on and waits until the program has ended in its own way",
  async (signal) => {
    const child = foreground(
      `process.on("${signal}", () => { console.log("bye"); process.exit(3); }); console.log("ready"); setInterval(() => {}, 1000)`,
    );
    const lines: string[] = [];
    child.stdout!.on("data", (chunk: Buffer) => {
      lines.push(...chunk.toString().trim().split("\n"));
      if (lines.at(-1) === "ready") child.kill(signal);
    });
    expect(await once(child, "close")).toEqual([3, null]);
    expect(lines).toEqual(["ready", "bye"]);
  },
);

it("stops a program that takes too long, with everything in its group", async () => {
  const grandchild = `require("node:child_process").spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "inherit" }); setInterval(() => {}, 1000)`;
  const child = foreground(grandchild, `{ group: true, timeoutMs: 300 }`);
  child.stdout!.resume();
  // "close" comes only when nobody holds the pipe any more, the grandchild included.
  expect(await once(child, "close")).toEqual([124, null]);
});

it("says so when the program is not there", async () => {
  const outer = `import { runForeground } from ${module}; process.exitCode = await runForeground("/nowhere/at-all", [])`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", outer], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  expect(await once(child, "close")).toEqual([127, null]);
  expect(said).toContain("/nowhere/at-all cannot be started");
});
