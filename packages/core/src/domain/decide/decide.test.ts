import fc from "fast-check";
import { instant, type JsonObject, refusal, type SerializedDag } from "@windlass/contract";
import { testDag, testTask } from "@windlass/core/test-support";
import { describe, expect, it } from "vitest";
import { clashRefusal } from "./clash.ts";
import { correctedTrigger } from "./corrected-trigger.ts";
import { dateFindings } from "./dates.ts";
import { paramFindings } from "./params.ts";
import { runIdVerdicts } from "./run-id.ts";
import { startWarnings } from "./start-warnings.ts";

const pattern = { text: "^[A-Za-z0-9_.~:+-]+$", test: (id: string) => /^[A-Za-z0-9_.~:+-]+$/.test(id) };

describe("run ids", () => {
  it("are taken exactly where Airflow's pattern, length and prefixes allow", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 260 }), (id) => {
        const fine =
          pattern.test(id) &&
          id.length <= 250 &&
          !id.includes("..") &&
          !/^(scheduled|backfill|dataset_triggered|asset_triggered|asset_materialization)__/.test(id);
        expect(runIdVerdicts(id, pattern, "v2").length === 0).toBe(fine);
      }),
    );
  });

  it("of Airflow's own making are taken under any pattern", () => {
    const narrow = { text: "^x$", test: (id: string) => id === "x" };
    expect(runIdVerdicts("manual__2026-01-01T00:00:00+00:00", narrow, "v2")).toEqual([]);
    expect(runIdVerdicts("y", narrow, "v2")).toHaveLength(1);
  });
});

describe("dates", () => {
  const span = { dagId: "d", startDate: instant("2026-01-01T00:00:00Z"), endDate: instant("2026-12-31T00:00:00Z") };

  it("on the Dag's very start are taken, the microsecond before is not", () => {
    expect(dateFindings({ logicalDate: instant("2026-01-01T00:00:00Z") }, span, false).verdicts).toEqual([]);
    expect(dateFindings({ logicalDate: instant("2025-12-31T23:59:59.999999Z") }, span, false).verdicts).toHaveLength(1);
  });

  it("after the Dag's end are taken with a warning", () => {
    expect(dateFindings({ logicalDate: instant("2027-01-01T00:00:00Z") }, span, false)).toMatchObject({
      verdicts: [],
      warnings: [{ code: "date_after_end" }],
    });
  });

  it("of an interval without a logical date are dropped with a warning", () => {
    const interval = {
      dataIntervalStart: instant("2026-01-01T00:00:00Z"),
      dataIntervalEnd: instant("2026-01-02T00:00:00Z"),
    };
    expect(dateFindings({ logicalDate: null, ...interval }, span, false).warnings).toMatchObject([
      { code: "interval_dropped" },
    ]);
    expect(dateFindings({ ...interval }, span, false)).toEqual({ verdicts: [], warnings: [] });
  });

  it("that clash are told in the zone the caller wrote", () => {
    const existing = { runId: "r", logicalDate: instant("2025-01-04T00:00:00Z"), state: "success" };
    expect(clashRefusal("d", "logical_date", existing, "2025-01-04T02:00:00+02:00").airflow?.v1?.detail).toContain(
      "'2025-01-04 02:00:00+02:00'",
    );
    expect(
      clashRefusal(
        "d",
        "logical_date",
        { ...existing, logicalDate: instant("2025-01-04T00:00:00.000120Z") },
        "2025-01-04T00:00:00.00012Z",
      ).airflow?.v1?.detail,
    ).toContain("'2025-01-04 00:00:00.000120+00:00'");
  });
});

describe("a corrected request", () => {
  const dag: SerializedDag = testDag("d", [testTask("a")], {
    params: Object.fromEntries(
      Object.entries({
        name: { type: "string", minLength: 8 },
        count: { type: "integer", minimum: 3 },
        color: { enum: ["red", "green"] },
        day: { type: "string", format: "date" },
        list: { type: "array" },
        maybe: { type: ["null", "number"] },
      } as Record<string, JsonObject>).map(([name, schema]) => [
        name,
        { schema, hasDefault: false, default: null, description: null },
      ]),
    ),
  });

  it("has values for params that their schemas take, whatever was sent", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("name", "count", "color", "day", "list", "maybe", "other"), fc.jsonValue()),
        (sent) => {
          const conf = JSON.parse(JSON.stringify(sent)) as JsonObject;
          const { verdicts, examples } = paramFindings(dag, conf);
          const { body } = correctedTrigger(
            { path: "/p?x=1", body: { conf }, api: "v1" },
            verdicts.map((each) => each.refusal),
            examples,
          );
          expect(paramFindings(dag, (body as { conf?: JsonObject }).conf ?? {}).verdicts).toEqual([]);
        },
      ),
    );
  });

  it("has proper names only, nothing that was refused, and what v2 requires", () => {
    const body = {
      run_id: "a/b",
      execution_date: "2026-01-01T00:00:00Z",
      state: "queued",
      note: "n",
      data_interval_start: "x",
    };
    const refusals = [
      refusal("run.id_invalid", {}, { pointer: "/dag_run_id" }),
      refusal("run.interval_incomplete", {}, { pointer: "/data_interval_end" }),
    ];
    expect(correctedTrigger({ path: "/p?x=1", body, api: "v1" }, refusals, {})).toEqual({
      method: "POST",
      path: "/p",
      body: { logical_date: "2026-01-01T00:00:00Z", note: "n" },
    });
    expect(correctedTrigger({ path: "/p", body: undefined, api: "v2" }, [], {}).body).toEqual({ logical_date: null });
  });
});

describe("what keeps a run waiting", () => {
  const now = instant("2026-01-01T00:00:00Z");
  const free = {
    dagId: "a b",
    isPaused: false,
    runningRuns: 0,
    maxActiveRuns: 1,
    runAfter: now,
    now,
    schedulerSilence: 1,
    unservedQueues: [],
    api: "v1" as const,
  };
  const codes = (more: Partial<Parameters<typeof startWarnings>[0]>) =>
    startWarnings({ ...free, ...more }).map(({ code }) => code);

  it("is told by its cause, and nothing where nothing does", () => {
    expect(codes({})).toEqual([]);
    expect(codes({ schedulerSilence: null })).toEqual([]);
    expect(
      codes({ isPaused: true, runningRuns: 1, runAfter: instant("2026-01-01T00:00:01Z"), schedulerSilence: 60 }),
    ).toEqual(["dag_paused", "run_queued_limit", "run_after_future", "no_scheduler"]);
    expect(codes({ unservedQueues: ["gpu"] })).toEqual(["queue_unserved"]);
    expect(startWarnings({ ...free, isPaused: true })[0]?.offer?.path).toBe("/api/v1/dags/a%20b");
  });
});
