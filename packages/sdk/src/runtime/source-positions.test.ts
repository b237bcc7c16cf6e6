import { expect, it } from "vitest";
import { cleanStack } from "./source-positions.ts";

const stack = (...frames: readonly string[]): string =>
  ["Error: no", ...frames.map((each) => `    at ${each}`)].join("\n");

it("leaves of a stack what the author wrote, with paths below the Dags folder", () => {
  const frames = [
    "load (file:///data/bundles/orders.ts:3:9)",
    "Array.map (<anonymous>)",
    "async execute (file:///opt/my%20app/node_modules/windlass/chunk-A1.js:1:9000)",
    "new Promise (node:internal/process:1:1)",
    "/opt/my app/node_modules/windlass/runner-main.js:1:10",
    "run (/opt/app/node_modules/other/index.js:2:2)",
  ];
  expect(cleanStack(stack(...frames), "/data/bundles/abc.mjs", "/opt/my app/node_modules/windlass/")).toBe(
    stack("load (orders.ts:3:9)", "Array.map (<anonymous>)", "run (/opt/app/node_modules/other/index.js:2:2)"),
  );
});

it("knows its own frames when it runs from source", () => {
  const own = stack(`run (${import.meta.filename.replace(".test.ts", ".ts")}:1:1)`);
  expect(cleanStack(own, "/data/bundles/abc.mjs")).toBe("Error: no");
});
