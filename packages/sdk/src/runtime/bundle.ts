import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { type LoadError, refusal } from "@windlass/contract";
import { build, type BuildFailure, type Message, type Plugin } from "esbuild";
import type { DagFileCode } from "../serialize/problems.ts";
import { OWN_MODULES } from "./own-modules.ts";

/** A Dag file with everything it imports, as one module; or why there is none. */
export type Bundle =
  | { readonly source: string; readonly code: string; readonly hash: string; readonly errors: readonly [] }
  | { readonly source: string; readonly code: null; readonly hash: null; readonly errors: readonly LoadError[] };

// CommonJS packages inside the bundle ask for Node's own modules by `require`.
const BANNER =
  'import { createRequire as __windlassRequire } from "node:module"; const require = __windlassRequire(import.meta.url);';

/** Files that a Dag may import as text: a statement, a template, a small table. */
const TEXT_LOADERS = {
  ".sql": "text",
  ".txt": "text",
  ".md": "text",
  ".html": "text",
  ".csv": "text",
  ".sh": "text",
  ".py": "text",
} as const;

/** Entries of this package stay imports; of its other paths, and of what stands for it, none exists. */
const ownModules: Plugin = {
  name: "own-modules",
  setup({ onResolve }) {
    onResolve({ filter: /^(windlass|apache-airflow-ts-sdk)($|\/)/ }, ({ path }) =>
      OWN_MODULES.includes(path)
        ? { path, external: true }
        : { errors: [{ text: `Could not resolve "${path}": the entries are ${OWN_MODULES.join(", ")}` }] },
    );
  },
};

function makeError(code: DagFileCode, file: string, message: Message | null, problem: string): LoadError {
  const place = message?.location ?? null;
  const at = { file: place?.file ?? file, line: place?.line ?? null, column: place === null ? null : place.column + 1 };
  const { reason, fix } = refusal(code, { ...at, problem });
  const trace =
    place === null
      ? problem
      : `${at.file}:${at.line}:${at.column}\n${place.lineText}\n${" ".repeat(place.column)}^ ${problem}`;
  return { code, reason: reason.replaceAll(":null", ""), fix, ...at, trace };
}

function isBuildFailure(problem: unknown): problem is BuildFailure {
  return problem instanceof Error && "errors" in problem && Array.isArray(problem.errors);
}

/** esbuild tells causes apart only by text; both of its sentences for a missing module begin alike. */
function codeOf(message: Message): DagFileCode {
  return /^(Could not resolve|Could not read|No matching export)/.test(message.text)
    ? "dag_file.import_missing"
    : "dag_file.syntax";
}

/** Bundles one Dag file. Paths within are relative to the Dags folder, so that the hash is the same on every machine. */
export async function bundleFile(dagsFolder: string, file: string): Promise<Bundle> {
  const path = join(dagsFolder, file);
  let source = "";
  try {
    const inside = relative(dagsFolder, path);
    if (inside.startsWith("..") || isAbsolute(inside)) throw new RangeError("it lies outside of the Dags folder");
    source = await readFile(path, "utf8");
  } catch (problem) {
    const text = problem instanceof Error ? problem.message.replace(`${dagsFolder}/`, "") : String(problem);
    return { source, code: null, hash: null, errors: [makeError("dag_file.unreadable", file, null, text)] };
  }
  try {
    const { outputFiles } = await build({
      entryPoints: [path],
      absWorkingDir: dagsFolder,
      outfile: join(dagsFolder, "bundle.mjs"),
      write: false,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node22",
      plugins: [ownModules],
      loader: TEXT_LOADERS,
      sourcemap: "inline",
      sourcesContent: false,
      keepNames: true,
      legalComments: "none",
      banner: { js: BANNER },
      logLevel: "silent",
    });
    const code = outputFiles[0]?.text ?? "";
    return { source, code, hash: createHash("sha256").update(code).digest("hex"), errors: [] };
  } catch (problem) {
    if (!isBuildFailure(problem)) throw problem;
    const errors = problem.errors.map((each) => makeError(codeOf(each), file, each, each.text.replace(/\.$/, "")));
    return { source, code: null, hash: null, errors };
  }
}
