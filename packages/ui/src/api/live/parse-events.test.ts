import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventParser, type ServerEvent } from "./parse-events.ts";

const STREAM = ': hello\n\nevent: change\nid: 7\ndata: {"id":7}\n\n: beat\n\nevent: reset\ndata: {}\n\n';

describe("an event stream's text", () => {
  it("gives the same events however it is cut; heartbeats are none", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (cuts) => {
        const events: ServerEvent[] = [];
        const parse = eventParser((event) => events.push(event));
        for (let at = 0, cut = 0; at < STREAM.length; cut++) {
          const next = at + (cuts[cut % cuts.length] ?? 1);
          parse(STREAM.slice(at, next));
          at = next;
        }
        expect(events).toEqual([
          { event: "change", data: '{"id":7}', id: "7" },
          { event: "reset", data: "{}", id: null },
        ]);
      }),
    );
  });
});
