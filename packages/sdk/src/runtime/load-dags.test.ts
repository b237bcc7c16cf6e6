import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test-support/child.ts";

const load = join(import.meta.dirname, "../../test-support/load.ts");

describe("loading a file into this process", () => {
  it("gives its Dags ready to be tested, with text imports, away from any installed package", async () => {
    const folder = temporaryFolder({
      "greet.ts": `import { Dag, getContext } from "windlass";
import text from "./greeting.txt";
const dag = new Dag("greet", { params: { name: "you" } });
dag.task("say", () => text.trim() + " " + getContext().params.name)();
export default dag;`,
      "greeting.txt": "hello\n",
      "broken.ts": "const = 1;",
    });
    try {
      const run = async (file: string): Promise<unknown> => {
        const { stdout } = await promisify(execFile)(process.execPath, [load, join(folder.path, file)]);
        return JSON.parse(stdout) as unknown;
      };
      expect(await run("greet.ts")).toEqual({
        dags: ["greet"],
        errors: [],
        state: "success",
        xcoms: { say: { return_value: "hello Ada" } },
      });
      expect(await run("broken.ts")).toMatchObject({ dags: [], errors: ["dag_file.syntax"] });
    } finally {
      folder.remove();
    }
  });
});
