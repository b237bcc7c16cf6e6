// `npm run check:types`: the compiler over the whole repository, and over what runs in a browser with its own settings.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup/root.mjs";

const projects = ["tsconfig.json", "packages/ui/tsconfig.json", "packages/cli/test/tsconfig.json"].filter((path) =>
  existsSync(join(root, path)),
);
const codes = projects.map((path) => {
  const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit", "-p", path], {
    cwd: root,
    stdio: "inherit",
  });
  return status;
});
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
