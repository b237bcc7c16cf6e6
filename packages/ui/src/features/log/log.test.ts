import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extendFilter, findError, NO_LINES } from "./filter-lines.ts";
import { fileLine, parseLine } from "./parse-line.ts";
import { LineSplitter } from "./split-lines.ts";

const line = (event: string, level = "info", source = "task") =>
  JSON.stringify({ timestamp: "2026-01-01T10:00:00.000000Z", level, source, event });
const LOG = [
  line("start", "info", "windlass"),
  line("Reading A"),
  line("trouble", "error", "stderr"),
  "not JSON at all",
  line("reading b", "warning"),
];
const NOTHING = { level: undefined, source: undefined, search: "" };

describe("a line of a log", () => {
  it("is read with its level, source and fields", () => {
    const raw = JSON.stringify({
      timestamp: "t",
      level: "INFO",
      source: "task",
      event: "loaded",
      fields: { days: 3, file: "a.csv" },
    });
    expect(parseLine(raw)).toEqual({
      timestamp: "t",
      level: "info",
      source: "task",
      text: "loaded",
      fields: "days=3 file=a.csv",
      marker: null,
    });
    expect(fileLine(raw)).toBe("t INFO loaded days=3 file=a.csv");
  });

  it("is shown as it is where it is no JSON of ours", () => {
    expect(parseLine('{"half": ').text).toBe('{"half": ');
    expect(parseLine("plain").text).toBe("plain");
  });
});

describe("filter and search", () => {
  it("count every line that holds the text, in any case, over the whole log", () => {
    expect(extendFilter(LOG, { ...NOTHING, search: "READING" }, NO_LINES, 100)).toEqual({
      shown: null,
      matches: [1, 4],
      upTo: 5,
    });
  });

  it("hide lines below a level, but never those without one", () => {
    expect(extendFilter(LOG, { ...NOTHING, level: "warning" }, NO_LINES, 100).shown).toEqual([2, 3, 4]);
  });

  it("give matches as places among the shown lines", () => {
    expect(extendFilter(LOG, { level: "warning", source: undefined, search: "reading" }, NO_LINES, 100)).toEqual({
      shown: [2, 3, 4],
      matches: [2],
      upTo: 5,
    });
  });

  it("find the same in steps as at once", () => {
    const filter = { level: "info", source: "task", search: "e" };
    let found = NO_LINES;
    for (let step = 0; step < 5; step++) found = extendFilter(LOG, filter, found, 1);
    expect(found).toEqual(extendFilter(LOG, filter, NO_LINES, 100));
  });

  it("find the first error and the next", () => {
    expect(findError(LOG, 0)).toBe(2);
    expect(findError(LOG, 3)).toBe(-1);
  });
});

describe("splitting bytes into lines", () => {
  it("gives the same lines however the network cuts the bytes, and counts the bytes of whole lines", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""))),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (lines, cuts) => {
          const bytes = new TextEncoder().encode(lines.map((each) => `${each}\n`).join(""));
          const splitter = new LineSplitter();
          const out: string[] = [];
          for (let at = 0, cut = 0; at < bytes.length; cut++) {
            const next = at + (cuts[cut % cuts.length] ?? 1);
            out.push(...splitter.push(bytes.subarray(at, next)));
            at = next;
          }
          expect(out).toEqual(lines);
          expect(splitter.taken).toBe(bytes.length);
        },
      ),
    );
  });

  it("reads half a line again after a cut, neither lost nor doubled", () => {
    const bytes = new TextEncoder().encode("one\ntwo\nthree\n");
    const splitter = new LineSplitter();
    const out = [...splitter.push(bytes.subarray(0, 6))];
    splitter.drop();
    out.push(...splitter.push(bytes.subarray(splitter.taken)));
    expect(out).toEqual(["one", "two", "three"]);
  });
});
