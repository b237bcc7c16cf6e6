import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readManifests, root } from "./repository.ts";

const entries = readManifests()
  .filter((manifest) => manifest.folder !== "ui")
  .flatMap(({ folder, exports }) => Object.values(exports).map((file) => join("packages", folder, String(file))))
  .filter((path) => existsSync(join(root, path)));

describe("importing an entry", () => {
  it.each(entries)("%s prints nothing, holds nothing open and ends by itself", (entry) => {
    const program = `await import(${JSON.stringify(join(root, entry))});
      const held = process.getActiveResourcesInfo().filter((kind) => !/^(PipeWrap|TTYWrap|CloseReq|Immediate)$/.test(kind));
      process.stdout.write(JSON.stringify(held));`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 25_000,
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: "[]", stderr: "", status: 0 });
  });
});
