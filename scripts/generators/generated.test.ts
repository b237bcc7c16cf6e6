import { describe, expect, it } from "vitest";
import { generators } from "./all.ts";
import { compare } from "./compare.ts";

describe("the generated files", () => {
  it.each(generators.map((generator) => [generator.name, generator] as const))(
    "%s: what is committed is what is written",
    async (_, generator) => {
      const { different, orphans } = await compare(generator);
      expect({ different, orphans }, "run `npm run generate` and commit what it writes").toEqual({
        different: [],
        orphans: [],
      });
    },
  );

  it("differ and are orphans when they should", async () => {
    const made = await compare({
      name: "made up",
      owns: ["scripts/links/"],
      generate: () => Promise.resolve(new Map([["scripts/links/gone.ts", ""]])),
    });
    expect(made.different).toEqual(["scripts/links/gone.ts"]);
    expect(made.orphans).toContain("scripts/links/broken-links.ts");
  });
});
