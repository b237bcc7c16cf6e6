// `npm run check:links`: every relative link of every committed Markdown page leads to a file, and its anchor to a heading.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { committedFiles, filesBelow, root } from "./architecture/repository.ts";
import { anchorsOf, brokenLinks } from "./links/broken-links.ts";

const pages = [...new Set([...committedFiles(), ...filesBelow("docs")])].filter((path) => path.endsWith(".md"));
const broken = pages.flatMap((path) =>
  brokenLinks(path, readFileSync(join(root, path), "utf8"), {
    exists: (target) => existsSync(join(root, target)),
    anchors: (target) =>
      statSync(join(root, target)).isFile() ? anchorsOf(readFileSync(join(root, target), "utf8")) : [],
  }),
);
for (const { path, line, what } of broken) console.log(`${path}:${line} ${what}`);
console.log(`${pages.length} pages, ${broken.length} broken links`);
process.exitCode = broken.length > 0 ? 1 : 0;
