import { execFileSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/**
 * Writes the declarations that authors' code meets: those of the public entries and of whatever they reach in our packages. Imports of our
 * packages become relative ones, since the published package has none of them.
 */
export async function writeTypes(root: string, out: string): Promise<void> {
  const types = join(out, "types");
  execFileSync(
    process.execPath,
    [
      join(root, "node_modules/typescript/bin/tsc"),
      ...[
        "--declaration",
        "--emitDeclarationOnly",
        "--noEmit",
        "false",
        "--outDir",
        types,
        "--rootDir",
        join(root, "packages"),
      ],
      ...["--target", "ES2024", "--module", "nodenext", "--moduleResolution", "nodenext", "--strict", "--skipLibCheck"],
      ...[
        "--exactOptionalPropertyTypes",
        "--allowImportingTsExtensions",
        "--erasableSyntaxOnly",
        "--verbatimModuleSyntax",
      ],
      ...[
        "--types",
        "node",
        ...["index", "testing", "airflow-ts-sdk"].map((name) => join(root, `packages/cli/src/${name}.ts`)),
      ],
    ],
    { stdio: "inherit", cwd: root },
  );
  const targets = await exportedDeclarations(root, types);
  const files = (await readdir(types, { recursive: true })).filter((each) => each.endsWith(".d.ts"));
  for (const name of files) {
    const file = join(types, name);
    const text = await readFile(file, "utf8");
    const rewritten = text.replace(
      /(["'])(@windlass\/[\w/-]+|\.\.?\/[^"']+\.ts)\1/g,
      (whole, quote: string, name: string) => {
        if (name.startsWith(".")) return `${quote}${name.replace(/\.ts$/, ".js")}${quote}`;
        const target = targets.get(name);
        if (target === undefined) return whole;
        const path = relative(dirname(file), target).replace(/\.d\.ts$/, ".js");
        return `${quote}${path.startsWith(".") ? path : `./${path}`}${quote}`;
      },
    );
    if (rewritten !== text) await writeFile(file, rewritten);
  }
}

/** `@windlass/x/y` to the declaration of the file that x's `exports` names for it. */
async function exportedDeclarations(root: string, types: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of ["contract", "sdk", "core"]) {
    const manifest = JSON.parse(await readFile(join(root, "packages", name, "package.json"), "utf8")) as {
      exports: Record<string, string>;
    };
    for (const [sub, path] of Object.entries(manifest.exports)) {
      found.set(join(`@windlass/${name}`, sub), join(types, name, path.replace(/\.ts$/, ".d.ts")));
    }
  }
  return found;
}
