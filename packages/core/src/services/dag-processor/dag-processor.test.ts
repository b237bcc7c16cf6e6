import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { instant } from "@windlass/contract";
import { testDatabase, type TestDatabase } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findViolations } from "../../store/invariants.ts";
import { BundleFolder } from "../bundle-folder.ts";
import { DagProcessor, type ParsedFile } from "./dag-processor.ts";
import { ParserProcess } from "./parser-process.ts";

const NOW = instant("2026-03-01T00:00:00Z");

let test: TestDatabase;
let folder: string;
let processor: DagProcessor;
let changed: string[];

beforeEach(async () => {
  test = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "windlass-dags-"));
  await mkdir(join(folder, "dags"));
  changed = [];
  processor = make();
});

afterEach(async () => {
  expect(await findViolations(test.database)).toEqual([]);
  await processor.stop();
  await test.drop();
  await rm(folder, { recursive: true, force: true });
});

function make(): DagProcessor {
  return new DagProcessor({
    database: test.database,
    clock: { now: () => NOW },
    dagsFolder: join(folder, "dags"),
    parser: new ParserProcess({
      parserPath: fileURLToPath(new URL("../../../test-support/parser-fixture.ts", import.meta.url)),
      environment: {},
      timeoutSeconds: 1,
    }),
    bundles: new BundleFolder(join(folder, "bundles")),
    pausedAtCreation: true,
    onProblem: (_service, error) => {
      throw error;
    },
    onDagsChanged: (dagIds) => changed.push(...dagIds),
    onErrorsChanged: () => undefined,
    debounceMs: 10,
  });
}

async function write(file: string, content: unknown): Promise<void> {
  const path = join(folder, "dags", file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
}

function dags(): Promise<unknown[]> {
  return test.database.query(
    "select dag.dag_id, is_stale, has_import_errors, is_paused, version_number from dag left join dag_version v on v.id = current_version_id order by 1",
  );
}

function parsed(file: string): Promise<ParsedFile> {
  return processor.parsed.next((each) => each.file === file);
}

describe("the Dag processor", () => {
  it("stores the Dags of each file, with their bundle", async () => {
    await write("a.ts", { dags: ["one", "two"] });
    await write("deep/b.ts", { dags: ["three"] });
    await write("node_modules/c.ts", { dags: ["never"] });
    await processor.runOnce();
    expect(changed).toEqual(["one", "two", "three"]);
    const fresh = { is_stale: false, has_import_errors: false, is_paused: true, version_number: 1 };
    expect(await dags()).toEqual([
      { dag_id: "one", ...fresh },
      { dag_id: "three", ...fresh },
      { dag_id: "two", ...fresh },
    ]);
    expect(await test.database.query("select count(*) as n from bundle")).toEqual([{ n: 2 }]);
  });

  it("makes a new version only where something changed", async () => {
    await write("a.ts", { dags: ["one"] });
    await processor.runOnce();
    await processor.runOnce();
    expect(changed).toEqual(["one"]);
    await write("a.ts", { dags: ["one"], tasks: 2 });
    await processor.runOnce();
    expect(await dags()).toMatchObject([{ dag_id: "one", version_number: 2 }]);
    // A new process knows no file yet, and finds all of them as they are stored.
    await processor.stop();
    processor = make();
    changed = [];
    await processor.runOnce();
    expect(changed).toEqual([]);
  });

  it("notices a change by itself, in less than a second", async () => {
    await write("a.ts", { dags: ["one"] });
    const first = parsed("a.ts");
    await processor.start();
    await first;
    const again = parsed("a.ts");
    const before = performance.now();
    await write("a.ts", { dags: ["one", "two"] });
    expect(await again).toMatchObject({ changedDagIds: ["one", "two"] });
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it("marks the Dags of a file that does not load as stale and broken, and brings them back when it does", async () => {
    await write("a.ts", { dags: ["one"] });
    await processor.runOnce();
    await write("a.ts", "not json");
    await processor.runOnce();
    expect(await dags()).toMatchObject([{ dag_id: "one", is_stale: true, has_import_errors: true }]);
    expect(await test.database.query("select relative_fileloc, code, line from import_error")).toEqual([
      { relative_fileloc: "a.ts", code: "dag_file.syntax", line: 1 },
    ]);
    await write("a.ts", { dags: ["one"] });
    await processor.runOnce();
    expect(await dags()).toMatchObject([
      { dag_id: "one", is_stale: false, has_import_errors: false, version_number: 1 },
    ]);
    expect(await test.database.query("select 1 from import_error")).toEqual([]);
  });

  it("marks the Dags of a file that is gone as stale", async () => {
    await write("a.ts", { dags: ["one"] });
    await processor.runOnce();
    await rm(join(folder, "dags", "a.ts"));
    await processor.runOnce();
    expect(await dags()).toMatchObject([{ dag_id: "one", is_stale: true, has_import_errors: false }]);
  });

  it("refuses a Dag that another file declares already, and says where", async () => {
    await write("a.ts", { dags: ["one"] });
    await write("b.ts", { dags: ["one"] });
    await processor.runOnce();
    expect(await test.database.query("select relative_fileloc, code from import_error")).toEqual([
      { relative_fileloc: "b.ts", code: "dag_file.dag_in_two_files" },
    ]);
  });

  it("survives files that end the parser or never answer, and goes on with the others", async () => {
    await write("a.ts", { exit: 7 });
    await write("b.ts", { hang: true });
    await write("c.ts", { dags: ["one"] });
    await processor.runOnce();
    expect(await test.database.query("select relative_fileloc, code from import_error order by 1")).toEqual([
      { relative_fileloc: "a.ts", code: "dag_file.exits" },
      { relative_fileloc: "b.ts", code: "dag_file.timeout" },
    ]);
    expect(await dags()).toMatchObject([{ dag_id: "one" }]);
  });
});
