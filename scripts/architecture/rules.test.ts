import { describe, expect, it } from "vitest";
import type { Manifest } from "./repository.ts";
import { bareErrors, processInputs, purity, sqlPlacement } from "./rules/calls.ts";
import { dependencies } from "./rules/dependencies.ts";
import { cycles, ownIndex, unreachable } from "./rules/graph.ts";
import { coreRooms, importTable } from "./rules/import-table.ts";
import { lockFile } from "./rules/lock-file.ts";
import { machineTraces } from "./rules/machine.ts";
import { names } from "./rules/names.ts";
import { sizeReport, sizes } from "./rules/sizes.ts";
import { words } from "./rules/words.ts";
import { parseSource, type Finding } from "./source.ts";

const manifests: Manifest[] = [
  manifest("contract", "@windlass/contract", { ".": "./src/index.ts", "./browser": "./src/browser.ts" }),
  manifest("sdk", "@windlass/sdk", { ".": "./src/index.ts", "./runtime": "./src/runtime/index.ts" }, [
    "@windlass/contract",
  ]),
  manifest("core", "@windlass/core", { "./domain": "./src/domain/index.ts", "./actions": "./src/actions/index.ts" }),
  manifest("server", "@windlass/server", { ".": "./src/index.ts" }),
];

describe("the import table", () => {
  const judge = (path: string, text: string): string[] => whats(importTable([parseSource(path, text)], manifests));

  it.each([
    ["packages/contract/src/a.ts", "@windlass/sdk"],
    ["packages/core/src/services/a.ts", "@windlass/sdk/runtime"],
    ["packages/sdk/src/authoring/a.ts", "@windlass/core/domain"],
    ["packages/sdk/src/testing/a.ts", "@windlass/core/actions"],
    ["packages/server/src/a.ts", "@windlass/core/domain"],
    ["packages/ui/src/a.tsx", "@windlass/contract"],
    ["packages/contract/src/a.ts", "@windlass/contract/browser"],
  ])("forbids %s to import %s, by value, by type and by import()", (path, specifier) => {
    expect(judge(path, `import { a } from "${specifier}";`)).toHaveLength(1);
    expect(judge(path, `import type { A } from "${specifier}";`)).toHaveLength(1);
    expect(judge(path, `const a = await import("${specifier}");`)).toHaveLength(1);
    expect(judge(path, `export { a } from "${specifier}";`)).toHaveLength(1);
  });

  it.each([
    ["packages/sdk/src/authoring/a.ts", "@windlass/contract"],
    ["packages/sdk/src/testing/a.ts", "@windlass/core/domain"],
    ["packages/server/src/a.ts", "@windlass/core/actions"],
    ["packages/ui/src/a.tsx", "@windlass/contract/browser"],
    ["packages/cli/src/a.ts", "@windlass/sdk/runtime"],
    ["packages/core/src/services/a.test.ts", "@windlass/sdk/runtime"],
  ])("lets %s import %s", (path, specifier) => {
    expect(judge(path, `import { a } from "${specifier}";`)).toEqual([]);
  });

  it("forbids entries that are not exported and paths that leave the package, in tests too", () => {
    expect(judge("packages/cli/src/a.ts", `import "@windlass/core/store";`)).toEqual([
      "@windlass/core/store is not among the exports of @windlass/core",
    ]);
    expect(judge("packages/cli/src/a.ts", `import "@windlass/contract/src/time.ts";`)).toHaveLength(1);
    expect(judge("packages/cli/src/a.test.ts", `import "../../core/src/store/runs.ts";`)).toHaveLength(1);
    expect(judge("packages/cli/src/a.test.ts", `import "../../core/test-support/database.ts";`)).toEqual([]);
  });

  it("orders the rooms of core", () => {
    const room = (path: string, text: string): string[] => whats(coreRooms([parseSource(path, text)]));
    expect(room("packages/core/src/store/a.ts", `import { a } from "../actions/a.ts";`)).toHaveLength(1);
    expect(room("packages/core/src/domain/a.ts", `import type { A } from "../database/a.ts";`)).toHaveLength(1);
    expect(room("packages/core/src/clock.ts", "")).toHaveLength(1);
    expect(room("packages/core/src/services/deep/a.ts", `import { a } from "../../domain/a.ts";`)).toEqual([]);
  });
});

describe("the import graph", () => {
  const a = parseSource("packages/core/src/domain/a.ts", `import { b } from "./b.ts";`);

  it("finds a cycle that runs and ignores one of types", () => {
    const back = parseSource("packages/core/src/domain/b.ts", `import { a } from "./a.ts";`);
    const types = parseSource(
      "packages/core/src/domain/b.ts",
      `import type { A } from "./a.ts"; import { type B } from "./a.ts";`,
    );
    expect(whats(cycles([a, back], manifests))).toEqual([
      "runtime import cycle: packages/core/src/domain/a.ts <-> packages/core/src/domain/b.ts",
    ]);
    expect(cycles([a, types], manifests)).toEqual([]);
  });

  it("finds a cycle through another package's name", () => {
    const sdk = parseSource("packages/sdk/src/index.ts", `import { a } from "@windlass/contract";`);
    const contract = parseSource("packages/contract/src/index.ts", `export { a } from "@windlass/sdk";`);
    expect(cycles([sdk, contract], manifests)).toHaveLength(1);
  });

  it("finds an import of the module's own index", () => {
    expect(ownIndex([parseSource("packages/sdk/src/authoring/a.ts", `import { a } from "../index.ts";`)])).toHaveLength(
      1,
    );
    expect(ownIndex([parseSource("packages/core/src/store/a.ts", `import { a } from "./index.ts";`)])).toHaveLength(1);
    expect(ownIndex([parseSource("packages/core/src/store/a.ts", `import { a } from "../domain/index.ts";`)])).toEqual(
      [],
    );
  });

  it("tells by which way a closed folder is reached", () => {
    const files = [
      parseSource("packages/sdk/src/index.ts", `export { a } from "./a.ts";`),
      parseSource("packages/sdk/src/a.ts", `import { run } from "./runtime/run.ts";`),
      parseSource("packages/sdk/src/runtime/run.ts", ""),
    ];
    const found = unreachable(files, manifests, ["packages/sdk/src/index.ts"], /\/runtime\//);
    expect(whats(found)).toEqual([
      "reached at run time by packages/sdk/src/index.ts -> packages/sdk/src/a.ts -> packages/sdk/src/runtime/run.ts",
    ]);
  });
});

describe("the dependencies", () => {
  it("must hold what is imported, and nothing of ours that is not", () => {
    const file = parseSource("packages/sdk/src/a.ts", `import { build } from "esbuild"; import fs from "node:fs";`);
    expect(whats(dependencies([file], manifests))).toEqual([
      "esbuild is not among the dependencies of packages/sdk/package.json",
      "@windlass/contract is never imported",
    ]);
  });
});

describe("what sources may not do", () => {
  const inner = "packages/core/src/actions/a.ts";

  it("is to throw a bare Error", () => {
    expect(bareErrors([parseSource(inner, `throw new Error("no");`)])).toHaveLength(1);
    expect(bareErrors([parseSource(inner, `throw Error("no");`)])).toHaveLength(1);
    expect(
      bareErrors([
        parseSource(inner, `throw new RefusalError(x);`),
        parseSource("packages/core/src/a.test.ts", `throw new Error("");`),
      ]),
    ).toEqual([]);
  });

  it("is to read the environment in inner files", () => {
    const text = "export const home = process.env.HOME;";
    const runtime = "packages/sdk/src/runtime/runner.ts";
    expect(processInputs([parseSource(inner, text)], new Set())).toHaveLength(1);
    expect(processInputs([parseSource(inner, `import { env } from "node:process";`)], new Set())).toHaveLength(1);
    expect(processInputs([parseSource(runtime, text)], new Set([runtime]))).toHaveLength(1);
    expect(processInputs([parseSource(runtime, text), parseSource("packages/cli/src/a.ts", text)], new Set())).toEqual(
      [],
    );
  });

  it.each([
    "Date.now()",
    "new Date()",
    "Math.random()",
    "setTimeout(f, 1)",
    "process.pid",
    `import { readFileSync } from "node:fs"`,
    `import pg from "pg"`,
  ])("is %s in core/domain", (text) => {
    expect(purity([parseSource("packages/core/src/domain/a.ts", text)])).toHaveLength(1);
    expect(purity([parseSource(inner, text)])).toEqual([]);
  });

  it("is not a date made from an argument", () => {
    expect(purity([parseSource("packages/core/src/domain/a.ts", "new Date(0)")])).toEqual([]);
  });

  it.each([
    `"select id from dag_run where id = $1"`,
    `"SELECT now()"`,
    "sql`insert into dag (id) values (${id})`",
    "`update ${table} set state = 'failed'`",
    `"delete from dag_run"`,
    "`with due as (select 1) select * from due`",
    `"NOTIFY windlass"`,
  ])("is the SQL %s outside the store", (text) => {
    expect(sqlPlacement([parseSource(inner, `run(${text});`)])).toHaveLength(1);
    expect(sqlPlacement([parseSource("packages/core/src/store/a.ts", `run(${text});`)])).toEqual([]);
    expect(sqlPlacement([parseSource(inner, `run(${text});`)], { [inner]: "a reason" })).toEqual([]);
  });

  it.each([`"Select a Dag from the list"`, `"Update the key, then set it"`, `"selected"`, `"Delete from here"`])(
    "is not the sentence %s",
    (text) => expect(sqlPlacement([parseSource(inner, `say(${text});`)])).toEqual([]),
  );

  it("is to name things with other orchestrators' words", () => {
    const judge = (text: string): string[] => whats(words([parseSource(inner, text)]));
    expect(judge("const workflowId = 1;")).toEqual([`"workflowId" says "workflow": Airflow's word is Dag`]);
    expect(judge("interface A { stepName: string }")).toHaveLength(1);
    expect(judge("function runJob(pipelineName: string) {}")).toHaveLength(2);
    expect(judge("const overflow = x.step; call({ step: 1 }); const steps = [];")).toEqual([]);
  });
});

describe("the lock file", () => {
  it("must repeat each package.json and hold every platform's optional parts", () => {
    const whole = {
      packages: {
        "": { devDependencies: { a: "1.0.0" } },
        "node_modules/a": { optionalDependencies: { "a-linux": "1.0.0" } },
        "node_modules/a-linux": {},
      },
    };
    expect(lockFile(whole, { "": { devDependencies: { a: "1.0.0" } } })).toEqual([]);
    expect(lockFile(whole, { "": { devDependencies: { a: "1.0.1" } } })).toHaveLength(1);
    const partial = { packages: { "node_modules/a": { optionalDependencies: { "a-darwin": "1.0.0" } } } };
    expect(whats(lockFile(partial, {}))).toEqual(["a-darwin, an optional part of node_modules/a, is missing"]);
  });
});

describe("names, sizes and traces", () => {
  it("refuse buckets and other spellings", () => {
    expect(
      whats(names(["packages/core/src/utils/a.ts", "packages/core/src/helpers.ts", "packages/core/src/runState.ts"])),
    ).toEqual([`"utils" names no concept`, `"helpers" names no concept`, `"runState" is not kebab-case`]);
    expect(names(["packages/core/src/run-state.test.ts"])).toEqual([]);
  });

  it("refuse a file over the limit without a reason, and a reason without a file", () => {
    const long = { path: "packages/core/src/a.ts", text: "x\n".repeat(601) };
    const short = Array.from({ length: 20 }, (_, index) => ({ path: `packages/core/src/s${index}.ts`, text: "x\n" }));
    expect(whats(sizes([long, ...short], {}))).toEqual(["601 lines, the limit is 600"]);
    expect(sizes([long, ...short], { [long.path]: "a table" })).toEqual([]);
    expect(sizes(short, { gone: "a table" })).toHaveLength(1);
    expect(whats(sizes([{ ...long, text: "x\n".repeat(400) }], {}))).toHaveLength(2);
    expect(sizeReport([long, ...short])).toMatchObject({ files: 21, lines: 621, median: 1, p90: 1 });
  });

  it("refuse the paths of a machine and the host of a registry", () => {
    const judge = (text: string): string[] => whats(machineTraces([{ path: "a.md", text }]));
    for (const folder of ["work", "root", "tmp"]) expect(judge(`see /${folder}/main/a.ts`)).toHaveLength(1);
    expect(judge(`https://registry.${"npmjs"}.org/x`)).toHaveLength(1);
    expect(judge("https://example.org/work/main and src/tmp/x, ~/work/x")).toEqual([]);
  });
});

function whats(findings: readonly Finding[]): string[] {
  return findings.map((finding) => finding.what);
}

function manifest(folder: string, name: string, exports: Record<string, string>, ours: string[] = []): Manifest {
  return { folder, name, exports, dependencies: ours, devDependencies: [] };
}
