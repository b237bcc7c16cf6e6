import { describe, expect, it } from "vitest";
import { after } from "../test-support/drive.ts";
import { START } from "../test-support/make-run.ts";
import { admitRuns } from "./admit-runs.ts";

const limits = { paused: false, runningCount: 0, maxActiveRuns: 2 };
const run = (id: number, seconds: number) => ({ id, runAfter: after(seconds) });

describe("admitting queued runs", () => {
  it("starts the oldest first, as many as max_active_runs leaves room for", () => {
    const { start, held } = admitRuns([run(1, -10), run(2, -30), run(3, -20)], limits, START);
    expect(start.map(({ id }) => id)).toEqual([2, 3]);
    expect(held).toEqual([{ run: run(1, -10), by: "max_active_runs" }]);
    expect(admitRuns([run(1, 0)], { ...limits, runningCount: 2 }, START).start).toEqual([]);
  });

  it("keeps runs of the future waiting without letting them take a place, and says when to look again", () => {
    const { start, held, nextCheckAt } = admitRuns([run(1, 60), run(2, 30), run(3, 0)], limits, START);
    expect(start.map(({ id }) => id)).toEqual([3]);
    expect(held.map(({ by }) => by)).toEqual(["run_after", "run_after"]);
    expect(nextCheckAt).toBe(after(30));
  });

  it("starts nothing of a paused Dag", () => {
    const { start, held, nextCheckAt } = admitRuns([run(1, 0)], { ...limits, paused: true }, START);
    expect([start.length, held[0]?.by, nextCheckAt]).toEqual([0, "dag_paused", null]);
  });

  it("starts runs of a backfill in its own order, within its own bound, and none while it is paused", () => {
    const runs = [1, 2, 3].map((id) => ({ ...run(id, -id), ordinal: 4 - id }));
    const backfill = { paused: false };
    const { start, held } = admitRuns(runs, { ...limits, backfill }, START);
    expect(start.map(({ id }) => id)).toEqual([3, 2]);
    expect(held.map(({ by }) => by)).toEqual(["backfill_max_active_runs"]);
    const paused = admitRuns(runs, { ...limits, backfill: { paused: true } }, START);
    expect(paused.held.map(({ by }) => by)).toEqual(["backfill_paused", "backfill_paused", "backfill_paused"]);
  });
});
