/** The replay of one dialect's recordings against a fresh server, as a test suite. */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Dialect } from "../src/replay/recording.ts";
import { readRefusalCodes } from "../src/replay/refusal-codes.ts";
import { replay } from "../src/replay/run.ts";
import { readScope } from "../src/replay/scope.ts";
import { startFixtureServer, type FixtureServerProcess } from "./fixture-server-process.ts";

const home = new URL("../", import.meta.url);
const MINUTES_MS = 60_000;

/** Declares the suite of a dialect. */
export function replaySuite(dialect: Dialect): void {
  describe(`recordings of Airflow's ${dialect}`, () => {
    let server: FixtureServerProcess | undefined;
    beforeAll(async () => {
      server = await startFixtureServer();
    });
    afterAll(async () => {
      await server?.stop();
    });

    it(
      "are answered as recorded, with our refusal codes, wherever they are in scope",
      async () => {
        const folder = new URL(`recordings/${dialect}/`, home);
        const files = readdirSync(folder)
          .sort()
          .map((name) => new URL(name, folder).pathname);
        const { steps, notYetInScope } = await replay(files, {
          base: server?.base ?? "",
          scope: readScope(new URL("scope.json", home)),
          codes: readRefusalCodes(new URL("refusal-codes.json", home)),
        });
        const different = steps.filter((step) => step.verdict === "differs");
        console.log(
          `${dialect}: ${steps.length} steps in scope, ${different.length} different, ${notYetInScope} not yet in scope`,
        );
        expect(different).toEqual([]);
      },
      12 * MINUTES_MS,
    );
  });
}
