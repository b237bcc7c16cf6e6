import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../architecture/repository.ts";
import { bundleProgram } from "./bundle.ts";

const run = promisify(execFile);

describe("the bundle of the program", () => {
  let folder = "";
  let metafile: Metafile;

  beforeAll(async () => {
    const place = join(root, "node_modules/.cache/windlass");
    mkdirSync(place, { recursive: true });
    // Inside the repository, so that the packages with binaries are found from there.
    folder = mkdtempSync(join(place, "bundle-test-"));
    metafile = await bundleProgram(root, folder);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("leaves outside what Node brings and what has binaries, and nothing else", () => {
    const outside = Object.values(metafile.outputs)
      .flatMap((output) => output.imports)
      .filter((each) => each.external === true)
      .map((each) => each.path);
    expect([...new Set(outside)].filter((path) => !path.startsWith("node:")).sort()).toEqual([
      "@node-rs/argon2",
      "esbuild",
    ]);
  });

  it("runs, and keeps the compiled code beside it", async () => {
    expect(existsSync(join(folder, ".cache"))).toBe(false);
    const { stdout } = await run(process.execPath, [join(folder, "main.js"), "version"]);
    expect(stdout).toContain("windlass");
    expect(readdirSync(join(folder, ".cache"), { recursive: true }).length).toBeGreaterThan(5);
  });

  it("loads the drivers of databases and of mail", async () => {
    const chunks = readdirSync(folder).filter((name) => /^(sql-(mysql|postgres|sqlite)|nodemailer)-.*\.js$/.test(name));
    expect(chunks).toHaveLength(4);
    const program = chunks.map((name) => `await import(${JSON.stringify(join(folder, name))});`).join("\n");
    await run(process.execPath, ["--input-type=module", "--eval", program]);
  });
});
