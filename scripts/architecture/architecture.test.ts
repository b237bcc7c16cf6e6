import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { isExcepted, readExceptions } from "./exceptions.ts";
import { committedFiles, filesBelow, readManifests, readPackageSources, root } from "./repository.ts";
import { bareErrors, processInputs, purity, sqlPlacement } from "./rules/calls.ts";
import { dependencies } from "./rules/dependencies.ts";
import { cycles, ownIndex, runtimeGraph, unreachable } from "./rules/graph.ts";
import { coreRooms, importTable } from "./rules/import-table.ts";
import { lockFile, type LockFile } from "./rules/lock-file.ts";
import { machineTraces } from "./rules/machine.ts";
import { names } from "./rules/names.ts";
import { sizes } from "./rules/sizes.ts";
import { words } from "./rules/words.ts";
import { isGenerated, type Finding } from "./source.ts";

const manifests = readManifests();
const sources = readPackageSources();
const withTests = readPackageSources(["src", "test", "test-support"]);
const exceptions = readExceptions();

const text = new Set([
  ...[".ts", ".tsx", ".js", ".mjs", ".json", ".md", ".yaml", ".yml", ".toml", ".sql", ".css", ".html", ".sh", ".txt"],
  "",
]);

describe("the repository", () => {
  it("imports between packages only what the table allows", () => obeyed(importTable(withTests, manifests)));
  it("imports inside core only downwards", () => obeyed(coreRooms(sources)));
  it("has no runtime import cycle", () => obeyed(cycles(sources, manifests)));
  it("never imports a module's own index", () => obeyed(ownIndex(sources)));
  it("declares in each package.json what its sources import", () => obeyed(dependencies(sources, manifests)));

  it("keeps the runtime, the engine and the server out of what a Dag author loads", () => {
    const entries = ["packages/sdk/src/index.ts", "packages/cli/src/index.ts"];
    obeyed(unreachable(sources, manifests, entries, /^packages\/(sdk\/src\/(runtime|testing)|core|server|ui)\//));
    const testing = ["packages/sdk/src/testing/index.ts", "packages/cli/src/testing.ts"];
    obeyed(
      unreachable(sources, manifests, testing, /^packages\/(sdk\/src\/runtime|core\/src\/(?!domain\/)|server|ui)\//),
    );
  });

  it("throws no bare Error", () => obeyed(bareErrors(sources)));
  it("reads the environment only where a process begins", () => {
    const imported = new Set([...runtimeGraph(sources, manifests).values()].flat());
    obeyed(processInputs(sources, imported));
  });
  it("keeps core/domain pure", () => obeyed(purity(sources)));
  it("keeps SQL in core's store, queries and database", () => obeyed(sqlPlacement(sources, exceptions.sql)));
  it("speaks Airflow's words", () => obeyed(words(sources, exceptions.words)));

  it("has a lock file that npm ci accepts", () => {
    const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as LockFile;
    const folders = ["", ...Object.keys(lock.packages).filter((key) => key !== "" && !key.includes("node_modules"))];
    const read = (folder: string): unknown => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    obeyed(lockFile(lock, Object.fromEntries(folders.map((folder) => [folder, read(folder)])) as LockFile["packages"]));
  });

  it("names files and folders after concepts", () => {
    const folders = ["packages", "conformance/src", "bench/src", "chaos/src", "examples", "scripts"];
    obeyed(
      names(folders.flatMap((folder) => filesBelow(folder)).filter((path) => /\/(src|scripts)\/|^scripts/.test(path))),
    );
  });

  it("keeps files small", () => {
    const files = [...withTests.filter((source) => !isGenerated(source.path))];
    obeyed(sizes(files, exceptions.size));
  });

  it("names no machine and no package registry", () => {
    const files = committedFiles()
      .filter((path) => text.has(extname(path)) && !isExcepted(path, exceptions.machine))
      .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
    obeyed(machineTraces(files));
  });
});

function obeyed(findings: readonly Finding[]): void {
  expect(findings.map(({ path, line, what }) => `${path}:${line} ${what}`)).toEqual([]);
}
