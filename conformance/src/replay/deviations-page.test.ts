import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DEVIATIONS } from "./deviations.ts";

it("every deviation has its section in deviations.md, and every section its deviation", () => {
  const page = readFileSync(new URL("../../deviations.md", import.meta.url), "utf8");
  const sections = [...page.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  expect(sections).toEqual(DEVIATIONS.map(({ id }) => id));
});
