import { CATALOGUE, type CatalogueEntry, REFUSAL_CODES } from "@windlass/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backfillProvocations } from "./codes/backfills.ts";
import { credentialProvocations } from "./codes/credentials.ts";
import { runProvocations } from "./codes/dags-and-runs.ts";
import { EXCUSES, excuseFor } from "./codes/excuses.ts";
import { humanStepProvocations } from "./codes/human-steps.ts";
import { objectProvocations } from "./codes/objects.ts";
import { permissionProvocations } from "./codes/permissions.ts";
import { DIALECTS, type Provocation } from "./codes/provocation.ts";
import { requestProvocations } from "./codes/requests.ts";
import { refusalIn } from "./codes/shape.ts";
import { makeWorld, type World, type WorldName } from "./codes/world.ts";

const PROVOCATIONS: readonly Provocation[] = [
  ...credentialProvocations,
  ...permissionProvocations,
  ...requestProvocations,
  ...runProvocations,
  ...backfillProvocations,
  ...humanStepProvocations,
  ...objectProvocations,
];

const worlds = new Map<WorldName, World>();

beforeAll(async () => {
  for (const name of new Set(PROVOCATIONS.map((each) => each.where ?? "usual")))
    worlds.set(name, await makeWorld(name));
});
afterAll(async () => {
  for (const world of worlds.values()) await world[Symbol.asyncDispose]();
});

function worldOf(name: WorldName): World {
  const world = worlds.get(name);
  if (world === undefined) throw new TypeError(`there is no world ${name}`);
  return world;
}

const cases = REFUSAL_CODES.flatMap((code) =>
  DIALECTS.flatMap((dialect) => {
    const found = PROVOCATIONS.find((each) => each.code === code && each.on[dialect] !== undefined);
    return found === undefined ? [] : [{ code, dialect, found }];
  }),
);

describe("every code of the catalogue", () => {
  it("is provoked or excused on each dialect, never both, and nothing is excused that does not exist", () => {
    const provoked = new Set(cases.map(({ code, dialect }) => `${code} on ${dialect}`));
    const all = REFUSAL_CODES.flatMap((code) =>
      DIALECTS.map((dialect) => ({ code, dialect, name: `${code} on ${dialect}` })),
    );
    const excused = all.filter(({ code, dialect }) => excuseFor(code, dialect) !== undefined).map(({ name }) => name);
    const forgotten = all.map(({ name }) => name).filter((name) => !provoked.has(name) && !excused.includes(name));
    expect(forgotten).toEqual([]);
    expect(excused.filter((name) => provoked.has(name))).toEqual([]);
    expect(
      EXCUSES.flatMap(({ codes }) => codes).filter((code) => !(REFUSAL_CODES as readonly string[]).includes(code)),
    ).toEqual([]);
    expect(EXCUSES.filter(({ codes }) => codes.length === 0)).toEqual([]);
  });

  it.each(cases)(
    "$code is answered on $dialect as the catalogue has it, and kept",
    async ({ code, dialect, found }) => {
      const world = worldOf(found.where ?? "usual");
      const asking = found.on[dialect];
      if (asking === undefined) throw new TypeError("nothing is asked");
      const answer = await world.ask(typeof asking === "function" ? await asking(world) : asking);
      const refusal = refusalIn(dialect, answer);
      expect(refusal.code, answer.text).toBe(code);
      expect(answer.status, answer.text).toBe(CATALOGUE[code].status[dialect]);
      for (const text of [refusal.summary, refusal.reason, refusal.fix]) {
        expect(text.trim(), answer.text).not.toBe("");
        expect(unfilledIn(text, CATALOGUE[code])).toEqual([]);
      }
      const requestId = String(answer.headers["x-request-id"]);
      expect(refusal.requestId).toBe(requestId);
      // What the server itself did wrong is in its log; no caller could mend it.
      if (answer.status < 500) expect(await world.recorded(requestId)).toBe(code);
    },
  );
});

/** Names of the entry's templates that are still to be seen. What was filled in may hold braces of its own, such as a route's. */
function unfilledIn(text: string, { reason, fix }: CatalogueEntry): readonly string[] {
  const names = [...`${reason} ${fix}`.matchAll(/\{\w+\}/g)].map(([name]) => name);
  return names.filter((name) => text.includes(name));
}
