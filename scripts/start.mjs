// `npm start`: from a fresh clone to a running Windlass with the example Dags. Plain JavaScript with nothing but Node's own modules,
// because it also runs before anything is installed, on whatever Node (>= 20) the machine has.
import { delimiter, join } from "node:path";
import { runForeground } from "./setup/child.mjs";
import { ensureInstalled, fail, pinnedNode } from "./setup/install.mjs";
import { ensureProgramBuilt } from "./setup/program-build.mjs";
import { root } from "./setup/root.mjs";
import { ensureUiBuilt } from "./setup/ui-build.mjs";

ensureInstalled();
ensureUiBuilt();

const main = ensureProgramBuilt();
if (main === undefined) fail("The sources could not be bundled: what esbuild says of them stands above.");

process.exitCode = await runForeground(
  pinnedNode,
  [main, "up", "--examples", "--dags", "examples/dags", ...process.argv.slice(2)],
  {
    cwd: root,
    env: { ...process.env, PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter) },
  },
);
