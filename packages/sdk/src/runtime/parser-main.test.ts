import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FromParser, ParseRequest, ParseResult } from "@windlass/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChild, type TalkingChild, temporaryFolder } from "../../test-support/child.ts";
import { runtimePaths } from "./index.ts";

type Parsed = Extract<FromParser, { type: "parsed" }>;

describe("the parser process", () => {
  let parser: TalkingChild<ParseRequest, FromParser>;
  const folder = temporaryFolder();
  let lastId = 0;

  beforeAll(async () => {
    parser = startChild(runtimePaths.parser, { WINDLASS_PARSE_MEMORY_MB: "128" });
    await parser.next((message): message is Extract<FromParser, { type: "ready" }> => message.type === "ready");
  });
  afterAll(async () => {
    await parser.stop();
    folder.remove();
  });

  async function parse(name: string, text: string, by = parser): Promise<ParseResult> {
    writeFileSync(join(folder.path, name), text);
    const id = ++lastId;
    by.send({ id, dagsFolder: folder.path, file: name });
    return (await by.next((message): message is Parsed => message.type === "parsed" && message.id === id)).result;
  }

  const codes = (result: ParseResult): string[] => result.errors.map((error) => error.code);

  it("gives the Dags of a file as data, with a bundle named by its content", async () => {
    const text = `
import { Dag } from "windlass";
import { greeting } from "./greeting.ts";
const dag = new Dag("hello", { tags: ["a"] });
const one = dag.task("one", async () => greeting);
const two = dag.task("two", async ({ text }: { text: string }) => text.length);
two({ text: one() });
export default dag;
`;
    writeFileSync(join(folder.path, "greeting.ts"), `export const greeting: string = "hi";`);
    const result = await parse("hello.ts", text);
    expect(result.errors).toEqual([]);
    expect(result.dags).toHaveLength(1);
    expect(result.dags[0]).toMatchObject({ dagId: "hello", tags: ["a"], relativeFileloc: "hello.ts" });
    expect(result.dags[0]!.tasks.map((task) => [task.taskId, task.upstreamTaskIds])).toEqual([
      ["one", []],
      ["two", ["one"]],
    ]);
    expect(result.dags[0]!.tasks[1]!.inputs).toEqual({ text: { kind: "xcom", taskId: "one", key: "return_value" } });
    expect(result.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(result.bundle).toContain("hi");
    expect(result.bundle).not.toContain(folder.path);
    const again = await parse("hello.ts", text);
    expect(again.hash).toBe(result.hash);
    const changed = await parse("hello.ts", text.replace(`"a"`, `"b"`));
    expect(changed.hash).not.toBe(result.hash);
  });

  it("names file, line and column of a breach, where the author wrote it", async () => {
    const result = await parse(
      "broken.ts",
      `import { Dag } from "windlass";
interface Unused { a: string; b: string }
const dag = new Dag("broken", { max_active_runs: 1 } as object);
const lost = dag.task("lost", async () => 1);
const a = dag.empty("a"), b = dag.empty("b");
a.before(b); b.before(a);
dag.empty("slow", { executionTimeout: 300 } as object);
`,
    );
    expect(result.dags).toEqual([]);
    expect(result.errors.map(({ code, file, line }) => ({ code, file, line }))).toEqual([
      { code: "dag_file.unknown_option", file: "broken.ts", line: 3 },
      { code: "dag_file.task_not_placed", file: "broken.ts", line: 4 },
      { code: "dag_file.cycle", file: "broken.ts", line: 5 },
      { code: "dag_file.bad_duration", file: "broken.ts", line: 7 },
    ]);
    expect(result.errors[0]!.reason).toContain("Did you mean maxActiveRuns?");
    expect(result.errors[3]!.fix).toContain(`Did you mean "300s"?`);
    expect(result.errors.every((error) => error.column !== null && error.fix !== "")).toBe(true);
  });

  it("keeps the good Dags of a file beside a bad one", async () => {
    const result = await parse(
      "mixed.ts",
      `import { Dag } from "windlass";
export const good = new Dag("good"); good.empty("only");
export const bad = new Dag("bad id"); bad.empty("only");
export const twin = new Dag("good"); twin.empty("only");
`,
    );
    expect(result.dags.map((dag) => dag.dagId)).toEqual(["good"]);
    expect(codes(result)).toEqual(["dag_file.bad_id", "dag_file.duplicate_dag"]);
  });

  it("takes no Dag that an imported file declares", async () => {
    await parse(
      "shared.ts",
      `import { Dag } from "windlass"; export const shared = new Dag("shared"); shared.empty("x");`,
    );
    const result = await parse(
      "uses.ts",
      `import { Dag } from "windlass"; import { shared } from "./shared.ts";
const dag = new Dag("uses"); dag.empty(shared.dagId);`,
    );
    expect(result.dags.map((dag) => dag.dagId)).toEqual(["uses"]);
  });

  it("reports what the file throws, with its own line", async () => {
    const result = await parse(
      "throws.ts",
      `type A = string;\nexport const x: A = "";\nthrow new RangeError("on purpose");\n`,
    );
    expect(result.errors).toMatchObject([{ code: "dag_file.throws", file: "throws.ts", line: 3 }]);
    expect(result.errors[0]!.reason).toContain("RangeError: on purpose");
    expect(result.errors[0]!.trace).not.toContain("windlass-parser-");
  });

  it("reports a file that does not compile and an import that is not there", async () => {
    expect((await parse("syntax.ts", `const a = ;\n`)).errors).toMatchObject([
      { code: "dag_file.syntax", line: 1, column: 11 },
    ]);
    const missing = await parse("missing.ts", `\nimport { x } from "./nowhere.ts";\nconsole.log(x);`);
    expect(missing.errors).toMatchObject([{ code: "dag_file.import_missing", file: "missing.ts", line: 2 }]);
    expect(missing.hash).toBeNull();
  });

  it("ends a file that loops forever, and goes on", async () => {
    const hasty = startChild<ParseRequest, FromParser>(runtimePaths.parser, { WINDLASS_PARSE_TIMEOUT_SECONDS: "0.5" });
    try {
      expect(codes(await parse("loops.ts", `for (;;);`, hasty))).toEqual(["dag_file.timeout"]);
      expect(codes(await parse("fine.ts", `export {};`, hasty))).toEqual([]);
    } finally {
      await hasty.stop();
    }
  });

  it("survives a file that ends the process, eats memory or never settles", { timeout: 90_000 }, async () => {
    expect(codes(await parse("exits.ts", `process.exit(3);`))).toEqual(["dag_file.exits"]);
    expect(
      codes(await parse("eats.ts", `const a = []; for (;;) a.push(new Array(100_000).fill(1.5).map(String));`)),
    ).toEqual(["dag_file.out_of_memory"]);
    expect(codes(await parse("waits.ts", `await new Promise(() => {});`))).toEqual(["dag_file.exits"]);
    expect(codes(await parse("prints.ts", `console.log("{}"); process.stdout.write("x");`))).toEqual([]);
  });

  it("carries a Dag of twenty thousand tasks in a row", { timeout: 90_000 }, async () => {
    const result = await parse(
      "long.ts",
      `import { Dag } from "windlass";
const dag = new Dag("long");
let last = dag.empty("t0");
for (let i = 1; i < 20_000; i++) { const next = dag.empty("t" + i); last.before(next); last = next; }`,
    );
    expect(result.errors).toEqual([]);
    expect(result.dags[0]!.tasks).toHaveLength(20_000);
  });

  it("refuses a path that leads out of the Dags folder", async () => {
    const id = ++lastId;
    parser.send({ id, dagsFolder: folder.path, file: "../outside.ts" });
    const { result } = await parser.next(
      (message): message is Parsed => message.type === "parsed" && message.id === id,
    );
    expect(codes(result)).toEqual(["dag_file.unreadable"]);
  });
});
