import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { packageManifest } from "./manifest.ts";
import { writeTypes } from "./types.ts";

/*
 * Builds the one published package, `windlass`, into packages/cli/dist: internals bundled in, third-party parts left as ordinary
 * dependencies. Everything lies flat in one folder, so that `new URL("./x", import.meta.url)` means the same from every chunk.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const out = join(root, "packages/cli/dist");

const entries: Record<string, string> = {
  index: "packages/cli/src/index.ts",
  testing: "packages/cli/src/testing.ts",
  "airflow-ts-sdk": "packages/cli/src/airflow-ts-sdk.ts",
  main: "packages/cli/src/main.ts",
  "parser-main": "packages/sdk/src/runtime/parser-main.ts",
  "runner-main": "packages/sdk/src/runtime/runner-main.ts",
  "load-worker-main": "packages/sdk/src/runtime/load-worker-main.ts",
};

/** Sources name their process entries as `./x.ts` beside themselves; in the package these are `./x.js`. */
const entryUrls: Plugin = {
  name: "entry-urls",
  setup(builder) {
    builder.onLoad({ filter: /packages\/[^/]+\/src\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes("import.meta.url")) return null;
      return {
        loader: "ts",
        contents: text.replace(
          /new URL\(\s*"(\.\.?\/[^"]*\/)?([\w-]+)\.ts",\s*import\.meta\.url\s*\)/g,
          'new URL("./$2.js", import.meta.url)',
        ),
      };
    });
  },
};

/** Our own packages are bundled; whatever else is named without a path stays an import. */
const externals: Plugin = {
  name: "externals",
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || path.startsWith("@windlass/") ? null : { path, external: true },
    );
  },
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const existing: Record<string, string> = {};
for (const [name, path] of Object.entries(entries)) {
  if (await readFile(join(root, path)).catch(() => null)) existing[name] = join(root, path);
}
const result = await build({
  entryPoints: existing,
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.18",
  sourcemap: "linked",
  metafile: true,
  logLevel: "warning",
  plugins: [externals, entryUrls],
});

await cp(join(root, "packages/core/src/store/migrations"), join(out, "migrations"), { recursive: true });
await cp(join(root, "packages/ui/dist"), join(out, "ui"), { recursive: true });
await cp(join(root, "docs/errors"), join(out, "errors"), { recursive: true });
await cp(join(root, "LICENSE"), join(out, "LICENSE"));
await cp(join(root, "packages/cli/README.md"), join(out, "README.md"));
await writeTypes(root, out);
await writeFile(
  join(out, "package.json"),
  `${JSON.stringify(await packageManifest(root, result.metafile), null, 2)}\n`,
);
