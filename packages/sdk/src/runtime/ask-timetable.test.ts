import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type FromParser,
  instant,
  type ParseRequest,
  type TimetableAnswer,
  type TimetableAsk,
  type TimetableRequest,
} from "@windlass/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChild, type TalkingChild, temporaryFolder } from "../../test-support/child.ts";
import { runtimePaths } from "./index.ts";

const DAY = 86_400_000;
const FILE = `
import { Dag, timetable } from "windlass";
const day = ${String(DAY)};
const dag = (id, functions) => { const made = new Dag(id, { schedule: timetable({ name: id, ...functions }) }); made.empty("t"); return made; };
const first = (asked) => asked.last === null ? asked.restriction.earliest : new Date(asked.last.start.getTime() + 2 * day);
export const everyOther = dag("every_other", {
  nextRun: (asked) => { const start = first(asked); return { start, end: new Date(start.getTime() + day) }; },
  inferManualDataInterval: (at) => ({ start: new Date(at.getTime() - day), end: at }),
});
export const three = dag("three", {
  nextRun: ({ last }) => last === null ? { start: "2026-01-01", end: "2026-01-01" }
    : last.start.getUTCDate() < 3 ? { start: new Date(last.start.getTime() + day), end: new Date(last.start.getTime() + day), runAfter: "2026-02-01T00:00:00Z" } : null,
});
export const throwing = dag("throwing", { nextRun: () => { throw new RangeError("no such day"); } });
export const endless = dag("endless", { nextRun: () => { for (;;); } });
export const stuck = dag("stuck", { nextRun: () => ({ start: "2026-01-01", end: "2026-01-01" }) });
export const wrong = dag("wrong", { nextRun: () => ({ start: "tomorrow", end: "2026-01-01" }) });
`;

type Parsed = Extract<FromParser, { type: "parsed" }>;
type Answered = Extract<FromParser, { type: "timetable" }>;

describe("the parser that is asked a timetable", () => {
  let parser: TalkingChild<ParseRequest | TimetableRequest, FromParser>;
  const folder = temporaryFolder({ "dates.ts": FILE });
  const bundlePath = join(folder.path, "bundle.mjs");
  let lastId = 0;

  beforeAll(async () => {
    parser = startChild(runtimePaths.parser, { WINDLASS_PARSE_TIMEOUT_SECONDS: "2" });
    await parser.next((message): message is Extract<FromParser, { type: "ready" }> => message.type === "ready");
    const id = ++lastId;
    parser.send({ id, dagsFolder: folder.path, file: "dates.ts" });
    const { result } = await parser.next((message): message is Parsed => message.type === "parsed");
    expect(result.errors).toEqual([]);
    writeFileSync(bundlePath, result.bundle ?? "");
  });
  afterAll(async () => {
    await parser.stop();
    folder.remove();
  });

  async function ask(
    dagId: string,
    change: Partial<Extract<TimetableAsk, { kind: "next" }>> = {},
  ): Promise<TimetableAnswer> {
    const usual = {
      kind: "next",
      last: null,
      startDate: instant("2026-01-01T00:00:00Z"),
      endDate: null,
      catchup: true,
    } as const;
    return send(dagId, { ...usual, now: instant("2026-01-10T00:00:00Z"), count: 3, ...change });
  }

  async function send(dagId: string, asked: TimetableAsk): Promise<TimetableAnswer> {
    const id = ++lastId;
    parser.send({ id, bundlePath, dagsFolder: folder.path, file: "dates.ts", dagId, ask: asked });
    return (await parser.next((message): message is Answered => message.type === "timetable" && message.id === id))
      .answer;
  }

  const starts = (answer: TimetableAnswer): unknown =>
    answer.kind === "dates" ? answer.dates.map(({ logicalDate }) => logicalDate.slice(5, 10)) : answer;
  const problem = (answer: TimetableAnswer): unknown => (answer.kind === "failed" ? answer.error.reason : answer);

  it("gives so many runs, one behind the other, behind the last one", async () => {
    const answer = await ask("every_other");
    expect(starts(answer)).toEqual(["01-01", "01-03", "01-05"]);
    expect(answer).toMatchObject({ ended: false });
    if (answer.kind === "dates")
      expect(answer.dates[0]).toEqual({
        logicalDate: instant("2026-01-01T00:00:00Z"),
        dataIntervalStart: instant("2026-01-01T00:00:00Z"),
        dataIntervalEnd: instant("2026-01-02T00:00:00Z"),
        runAfter: instant("2026-01-02T00:00:00Z"),
      });
    const last = {
      dataIntervalStart: instant("2026-01-05T00:00:00Z"),
      dataIntervalEnd: instant("2026-01-06T00:00:00Z"),
    };
    expect(starts(await ask("every_other", { last }))).toEqual(["01-07", "01-09", "01-11"]);
  });

  it("says where they end: by the functions, or by the end date", async () => {
    const all = await ask("three", { count: 10 });
    expect([starts(all), all]).toMatchObject([["01-01", "01-02", "01-03"], { ended: true }]);
    const some = await ask("every_other", { count: 10, endDate: instant("2026-01-04T00:00:00Z") });
    expect([starts(some), some]).toMatchObject([["01-01", "01-03"], { ended: true }]);
  });

  it("gives the interval of a run by hand, an empty one where the functions name none", async () => {
    const at = instant("2026-03-02T00:00:00Z");
    expect(await send("every_other", { kind: "manual", at })).toEqual({
      kind: "interval",
      dataIntervalStart: instant("2026-03-01T00:00:00Z"),
      dataIntervalEnd: at,
    });
    expect(await send("three", { kind: "manual", at })).toMatchObject({ dataIntervalStart: at, dataIntervalEnd: at });
  });

  it("tells what is wrong with functions that throw, do not end, stand still or name no date", async () => {
    const thrown = await ask("throwing");
    expect(problem(thrown)).toContain("RangeError: no such day");
    if (thrown.kind === "failed") expect(thrown.error.trace).not.toContain(folder.path);
    expect(problem(await ask("stuck"))).toContain("does not move on");
    expect(problem(await ask("wrong"))).toContain("start is tomorrow, which is no date");
    expect(problem(await ask("endless"))).toContain("did not answer within 2 seconds");
    expect(starts(await ask("every_other"))).toEqual(["01-01", "01-03", "01-05"]);
  });
});
