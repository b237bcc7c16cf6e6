// `npm run generate` writes every generated file; with `--check` it writes nothing and tells which differ from what would be written.
// To add a generator: a file in scripts/generators/ and a line in the list here.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, root } from "./architecture/repository.ts";
import { actionReference } from "./generators/action-reference.ts";
import { configurationReference } from "./generators/configuration.ts";
import { errorPages } from "./generators/error-pages.ts";
import type { Generator } from "./generators/generator.ts";
import { schemaDump } from "./generators/schema.ts";

const generators: readonly Generator[] = [errorPages, configurationReference, actionReference, schemaDump];

const [mode, ...rest] = process.argv.slice(2);
if ((mode !== undefined && mode !== "--check") || rest.length > 0) {
  console.error("usage: node scripts/generated.ts [--check]");
  process.exit(2);
}

let stale = 0;
for (const generator of generators) {
  const files = await generator.generate();
  const different = [...files].filter(([path, text]) => read(path) !== text).map(([path]) => path);
  const orphans = generator.owns.flatMap((folder) => filesBelow(folder)).filter((path) => !files.has(path));
  if (mode === "--check") {
    for (const path of different) console.log(`${path} differs from what ${generator.name} writes`);
    for (const path of orphans) console.log(`${path} is no longer written by ${generator.name}`);
    stale += different.length + orphans.length;
  } else {
    for (const path of different) write(path, files.get(path)!);
    for (const path of orphans) rmSync(join(root, path));
    console.log(`${generator.name}: ${different.length} of ${files.size} written, ${orphans.length} removed`);
  }
}
if (stale > 0) {
  console.log("Run `npm run generate` and commit what it writes.");
  process.exitCode = 1;
}

function read(path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
