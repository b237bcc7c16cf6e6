import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { instant, type Instant } from "@windlass/contract";
import { testDatabase, type TestDatabase } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findViolations } from "../../store/invariants.ts";
import { BundleFolder } from "../bundle-folder.ts";
import { postgresStore } from "../scheduler/postgres-store.ts";
import { makeScheduledRuns } from "../scheduler/scheduled-runs.ts";
import { DagProcessor } from "./dag-processor.ts";
import { ParserProcess } from "./parser-process.ts";

let test: TestDatabase;
let folder: string;
let processor: DagProcessor;
let now: Instant;

beforeEach(async () => {
  now = instant("2026-03-03T12:00:00Z");
  test = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "windlass-dags-"));
  await mkdir(join(folder, "dags"));
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
    clock: { now: () => now },
    dagsFolder: join(folder, "dags"),
    parser: new ParserProcess({
      parserPath: fileURLToPath(new URL("../../../test-support/parser-fixture.ts", import.meta.url)),
      environment: {},
      timeoutSeconds: 5,
    }),
    bundles: new BundleFolder(join(folder, "bundles")),
    pausedAtCreation: false,
    onProblem: (_service, error) => {
      throw error;
    },
    onDagsChanged: () => undefined,
    onErrorsChanged: () => undefined,
  });
}

const write = (content: object): Promise<void> => writeFile(join(folder, "dags", "own.ts"), JSON.stringify(content));
const schedule = (): ReturnType<typeof makeScheduledRuns> =>
  makeScheduledRuns(postgresStore(test.database), { now: () => now }, 10);

async function madeRuns(): Promise<readonly string[]> {
  const rows = await test.database.query<{ date: Instant }>("select logical_date as date from dag_run order by 1");
  return rows.map(({ date }) => date.slice(5, 10));
}

async function stored(): Promise<{ readonly next: string | undefined; readonly dates: number }> {
  const [row] = await test.database.query<{ next: Instant | null; dates: number }>(
    "select next_run_after as next, (select count(*) from timetable_date t where t.dag_id = d.dag_id) as dates from dag d",
  );
  return { next: row?.next?.slice(5, 10), dates: row?.dates ?? 0 };
}

async function catchUp(catchup: boolean): Promise<void> {
  await test.database.execute(
    `update dag_version set serialized = jsonb_set(serialized::jsonb, '{catchup}', to_jsonb($1::boolean))::json`,
    [catchup],
  );
}

describe("a timetable of a file's own", () => {
  it("is asked ahead when its Dag is stored, and its runs are made from what was stored", async () => {
    await write({ dags: ["own"], days: 200 });
    await processor.runOnce();
    expect(await stored()).toEqual({ next: "03-01", dates: 64 });
    await catchUp(true);
    for (let more = true; more;) ({ more } = await schedule());
    expect(await madeRuns()).toEqual(["03-01", "03-02", "03-03"]);
    expect(await stored()).toEqual({ next: "03-04", dates: 61 });
  });

  it("without catch-up makes of the dates that have passed only the last one", async () => {
    await write({ dags: ["own"], days: 200 });
    await processor.runOnce();
    for (let more = true; more;) ({ more } = await schedule());
    expect(await madeRuns()).toEqual(["03-03"]);
    expect(await stored()).toEqual({ next: "03-04", dates: 61 });
  });

  it("is asked again when its dates run low, behind the last one, until it has none any more", async () => {
    await write({ dags: ["own"], days: 70 });
    await processor.runOnce();
    now = instant("2026-04-20T12:00:00Z");
    const { timetablesLow } = await schedule();
    expect(timetablesLow).toBe(true);
    expect((await stored()).dates).toBe(13);
    await processor.runOnce();
    expect(await stored()).toEqual({ next: "04-21", dates: 19 });
    now = instant("2026-07-01T00:00:00Z");
    expect((await schedule()).timetablesLow).toBe(false);
    await processor.runOnce();
    expect(await stored()).toEqual({ next: undefined, dates: 0 });
  });

  it("is taken up after a restart where it was, and asked anew for a new version", async () => {
    await write({ dags: ["own"], days: 200 });
    await processor.runOnce();
    await schedule();
    await processor.stop();
    processor = make();
    await processor.runOnce();
    expect(await stored()).toEqual({ next: "03-04", dates: 61 });
    await write({ dags: ["own"], days: 10, tasks: 2 });
    await processor.runOnce();
    expect(await stored()).toEqual({ next: "03-04", dates: 7 });
  });

  it("that fails is an import error of its Dag, which stays as it is, until a version of it answers", async () => {
    await write({ dags: ["own"], fails: "no such day" });
    await processor.runOnce();
    const errors = () => test.database.query("select dag_id, code, reason from import_error");
    expect(await errors()).toEqual([{ dag_id: "own", code: "dag_file.timetable_failed", reason: "no such day" }]);
    expect(await test.database.query("select is_stale, has_import_errors from dag")).toEqual([
      { is_stale: false, has_import_errors: false },
    ]);
    expect((await schedule()).runIds).toEqual([]);
    await write({ dags: ["own"], days: 5 });
    await processor.runOnce();
    expect(await errors()).toEqual([]);
    expect((await stored()).dates).toBe(5);
  });

  it("of which two ask at the same moment has each date once", async () => {
    await write({ dags: ["own"], days: 200 });
    const other = make();
    await Promise.all([processor.runOnce(), other.runOnce()]);
    await other.stop();
    expect((await stored()).dates).toBe(64);
  });
});
