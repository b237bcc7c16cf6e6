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

  /** What is loaded before anything is done: sources and packages of a chunk and of all that it imports statically. */
  function loadedWith(entry: string): readonly string[] {
    const outputs = metafile.outputs;
    const seen = new Set<string>();
    const look = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const each of outputs[path]?.imports ?? [])
        if (each.kind === "import-statement" && each.external !== true) look(each.path);
    };
    const first = Object.keys(outputs).find((path) => outputs[path]?.entryPoint?.endsWith(entry) === true);
    expect(first, entry).toBeDefined();
    look(first ?? "");
    const inputs = [...seen].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
    return [
      ...new Set(
        inputs.map(
          (path) =>
            /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ??
            /^packages\/\w+\/src\/\w+/.exec(path)?.[0] ??
            path,
        ),
      ),
    ];
  }

  it("loads for a command that only talks to a server neither engine nor database driver", () => {
    const loaded = loadedWith("cli/src/main.ts");
    expect(loaded).toContain("commander");
    for (const heavy of [
      "packages/core/src/database",
      "packages/core/src/services",
      "packages/server/src/app",
      "pg",
      "fastify",
    ])
      expect(loaded).not.toContain(heavy);
  });

  it("loads to start the database server nothing that can be loaded while it starts", () => {
    const loaded = loadedWith("cli/src/up/start-all.ts");
    expect(loaded).toContain("pg");
    for (const heavy of [
      "packages/core/src/services",
      "packages/core/src/actions",
      "packages/server/src/app",
      "fastify",
      "ajv",
    ])
      expect(loaded).not.toContain(heavy);
  });

  it("loads for an idle installation nothing that only some Dags, mails or tools need", () => {
    const loaded = loadedWith("cli/src/up/wired-parts.ts");
    expect(loaded).toContain("fastify");
    for (const rare of ["nodemailer", "mysql2", "glob", "@fastify/ajv-compiler", "smol-toml"])
      expect(loaded).not.toContain(rare);
  });

  it("loads into a runner nothing of a third party but what words refusals", () => {
    const loaded = loadedWith("sdk/src/runtime/runner-main.ts");
    expect(loaded.filter((each) => !/^(packages\/|builtin:)/.test(each))).toEqual(["fastest-levenshtein"]);
    expect(loaded.filter((each) => /packages\/(core|server|cli)/.test(each))).toEqual([]);
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
