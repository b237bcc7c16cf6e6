import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";

const SCRIPT = `
  import { whenToldToEnd } from ${JSON.stringify(new URL("./when-told-to-end.ts", import.meta.url).href)};
  setImmediate(() => console.log("nothing else keeps this process"));
  await whenToldToEnd(new Promise(() => undefined));
  console.log("told");
`;

describe("waiting until told to end", () => {
  it("keeps the process alive by itself, and ends at SIGTERM", async () => {
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", SCRIPT]);
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (out === "") child.kill("SIGTERM");
      out += chunk.toString();
    });
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    expect([code, out]).toEqual([0, "nothing else keeps this process\ntold\n"]);
  });
});
