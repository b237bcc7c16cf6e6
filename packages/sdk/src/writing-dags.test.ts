import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../test-support/child.ts";

const load = join(import.meta.dirname, "../test-support/load.ts");
const folder = join(import.meta.dirname, "../../../docs/guide");
const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));

/** A page's whole Dags that need nothing but this package: the page and the code. */
const examples = pages.flatMap((page) =>
  [...readFileSync(join(folder, page), "utf8").matchAll(/```ts\n(.*?)```/gs)]
    .map(([, code = ""]) => code)
    .filter((code) => code.includes("export default"))
    .map((code) => [page, /new Dag\("(\w+)"/.exec(code)?.[1] ?? "", code] as const),
);

describe("the authoring guide", () => {
  it("has a whole Dag on each of its pages", () => {
    expect(new Set(examples.map(([page]) => page))).toEqual(new Set(pages));
  });

  it.each(examples)("shows in %s a Dag that runs: %s", async (_page, dagId, code) => {
    const place = temporaryFolder({ "example.ts": code });
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [load, join(place.path, "example.ts")]);
      expect(JSON.parse(stdout)).toMatchObject({ dags: [dagId], errors: [], state: "success" });
    } finally {
      place.remove();
    }
  });
});
