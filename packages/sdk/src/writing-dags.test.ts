import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../test-support/child.ts";

const load = join(import.meta.dirname, "../test-support/load.ts");
const guide = readFileSync(join(import.meta.dirname, "../../../docs/writing-dags.md"), "utf8");

/** The guide's whole Dags that need nothing but this package, by id. */
const examples = [...guide.matchAll(/```ts\n(.*?)```/gs)]
  .map(([, code = ""]) => code)
  .filter((code) => code.includes("export default") && !code.includes('from "zod"'))
  .map((code) => [/new Dag\("(\w+)"/.exec(code)?.[1] ?? "", code] as const);

describe("the authoring guide", () => {
  it("has whole Dags for what is more than a chain", () => {
    expect(examples.map(([dagId]) => dagId)).toEqual(["mapping", "ways", "cluster", "waits"]);
  });

  it.each(examples)("shows a Dag that runs: %s", async (dagId, code) => {
    const folder = temporaryFolder({ "example.ts": code });
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [load, join(folder.path, "example.ts")]);
      expect(JSON.parse(stdout)).toMatchObject({ dags: [dagId], errors: [], state: "success" });
    } finally {
      folder.remove();
    }
  });
});
