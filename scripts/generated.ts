// `npm run generate` writes every generated file; with `--check` it writes nothing and tells which differ from what would be written.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./architecture/repository.ts";
import { generators } from "./generators/all.ts";
import { compare } from "./generators/compare.ts";

const [mode, ...rest] = process.argv.slice(2);
if ((mode !== undefined && mode !== "--check") || rest.length > 0) {
  console.error("usage: node scripts/generated.ts [--check]");
  process.exit(2);
}

let stale = 0;
for (const generator of generators) {
  const { files, different, orphans } = await compare(generator);
  if (mode === "--check") {
    for (const path of different) console.log(`${path} differs from what ${generator.name} writes`);
    for (const path of orphans) console.log(`${path} is no longer written by ${generator.name}`);
    stale += different.length + orphans.length;
  } else {
    for (const path of different) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), files.get(path)!);
    }
    for (const path of orphans) rmSync(join(root, path));
    console.log(`${generator.name}: ${different.length} of ${files.size} written, ${orphans.length} removed`);
  }
}
if (stale > 0) {
  console.log("Run `npm run generate` and commit what it writes.");
  process.exitCode = 1;
}
