import { instant, type Instant, type SerializedDag } from "@windlass/contract";
import { testChain, testDag, testDatabase, testParseResult, type TestDatabase } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { syncDagFile } from "../../store/dags.ts";
import { postgresStore } from "./postgres-store.ts";
import { makeScheduledRuns } from "./scheduled-runs.ts";

const PARSED = instant("2026-03-01T00:00:00Z");
const DATES = ["2026-02-01T00:00:00Z", "2026-03-05T08:00:00Z", "2026-04-01T00:00:00Z"].map((each) => instant(each));

let test: TestDatabase;

beforeEach(async () => {
  test = await testDatabase();
});

afterEach(() => test.drop());

async function store(overrides: Partial<SerializedDag>): Promise<void> {
  const dag = testDag("listed", testChain(1), { schedule: { kind: "dates", dates: DATES }, ...overrides });
  await test.database.transaction((tx) =>
    syncDagFile(tx, testParseResult("listed.ts", [dag]), { now: PARSED, pausedAtCreation: false }),
  );
}

async function makeAll(now: string): Promise<readonly string[]> {
  let more = true;
  while (more) ({ more } = await makeScheduledRuns(postgresStore(test.database), { now: () => instant(now) }, 10));
  const rows = await test.database.query<{ run_id: string }>("select run_id from dag_run order by logical_date");
  return rows.map((row) => row.run_id);
}

async function nextRunAfter(): Promise<Instant | null> {
  const [row] = await test.database.query<{ next: Instant | null }>("select next_run_after as next from dag");
  return row?.next ?? null;
}

describe("runs of a list of dates", () => {
  it("are made although the scheduler comes late to a date, without catchup", async () => {
    await store({ catchup: false });
    expect(await nextRunAfter()).toBe(DATES[1]);
    expect(await makeAll("2026-03-05T07:59:59Z")).toEqual([]);
    expect(await makeAll("2026-03-05T09:00:00Z")).toEqual(["scheduled__2026-03-05T08:00:00+00:00"]);
    expect(await nextRunAfter()).toBe(DATES[2]);
  });

  it("are made for all dates that have passed, with catchup, and then no more", async () => {
    await store({ catchup: true });
    expect(await makeAll("2026-05-01T00:00:00Z")).toEqual([
      "scheduled__2026-02-01T00:00:00+00:00",
      "scheduled__2026-03-05T08:00:00+00:00",
      "scheduled__2026-04-01T00:00:00+00:00",
    ]);
    expect(await nextRunAfter()).toBeNull();
  });
});

describe("runs of `continuous`", () => {
  it("come one after the other: the next is made when the last is over", async () => {
    await store({ schedule: { kind: "continuous" }, maxActiveRuns: 1, startDate: PARSED });
    expect(await makeAll("2026-03-01T00:00:10Z")).toHaveLength(1);
    expect(await makeAll("2026-03-01T00:00:20Z")).toHaveLength(1);
    await test.database.execute("update dag_run set state = 'success', start_date = run_after, end_date = run_after");
    expect(await makeAll("2026-03-01T00:00:30Z")).toEqual([
      "scheduled__2026-03-01T00:00:00+00:00",
      "scheduled__2026-03-01T00:00:10+00:00",
    ]);
  });
});
