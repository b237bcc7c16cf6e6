// `npm run check`: everything about the repository that is not a test of the product, one npm script after the other, with a summary.
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { ensureInstalled } from "./setup/install.mjs";
import { root } from "./setup/root.mjs";

const checks = ["format", "lint", "types", "architecture", "dead-code", "generated", "links"];
const wanted = process.argv.slice(2);
const chosen = wanted.length > 0 ? wanted : checks;

ensureInstalled();
const results = chosen.map((name) => {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", `check:${name}`], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter) },
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (status !== 0) console.log(`${stdout}${stderr}`.replace(/^/gm, "       "));
  return { name, ok: status === 0 };
});
const red = results.filter((result) => !result.ok).map((result) => result.name);
console.log(red.length === 0 ? `All ${results.length} checks hold.` : `Red: ${red.join(", ")}.`);
process.exitCode = red.length === 0 ? 0 : 1;
