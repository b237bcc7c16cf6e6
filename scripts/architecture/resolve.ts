import { dirname, join, normalize } from "node:path/posix";
import type { Manifest } from "./repository.ts";

/** Where an import leads. */
export type Target =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "ours"; readonly manifest: Manifest; readonly entry: string; readonly path: string | undefined }
  | { readonly kind: "builtin" }
  | { readonly kind: "installed"; readonly name: string };

/** Follows a specifier as Node would: relative, one of our packages (with the entry it names), built in, or installed. */
export function resolveImport(from: string, specifier: string, manifests: readonly Manifest[]): Target {
  if (specifier.startsWith("."))
    return { kind: "file", path: normalize(join(dirname(from), specifier.split("?")[0]!)) };
  if (specifier.startsWith("node:")) return { kind: "builtin" };
  const name = packageName(specifier);
  const manifest = manifests.find((candidate) => candidate.name === name);
  if (!manifest) return { kind: "installed", name };
  const entry = `.${specifier.slice(name.length)}`;
  const file = manifest.exports[entry];
  const path = typeof file === "string" ? normalize(join("packages", manifest.folder, file)) : undefined;
  return { kind: "ours", manifest, entry, path };
}

/** `@scope/name` of `@scope/name/deep/file`. */
export function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
