import type { Finding } from "../source.ts";

/** What the rule reads of `package-lock.json`. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const kinds = ["dependencies", "devDependencies"] as const;

/**
 * The lock file is what `npm ci` accepts: it repeats each package.json, and every optional part of a locked package is locked too, also
 * those of other platforms. (A mistake here shows only in a fresh clone.)
 */
export function lockFile(lock: LockFile, manifests: Readonly<Record<string, LockedPackage>>): Finding[] {
  const path = "package-lock.json";
  const drifted = Object.entries(manifests).flatMap(([folder, manifest]) =>
    kinds
      .filter((kind) => !same(manifest[kind], lock.packages[folder]?.[kind]))
      .map((kind) => ({ path, line: 1, what: `the ${kind} of "${folder}" are not those of its package.json` })),
  );
  const locked = new Set(Object.keys(lock.packages).map((key) => key.replace(/^.*node_modules\//, "")));
  const absent = Object.entries(lock.packages).flatMap(([folder, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !locked.has(name))
      .map((name) => ({ path, line: 1, what: `${name}, an optional part of ${folder}, is missing` })),
  );
  return [...drifted, ...absent];
}

function same(one: Readonly<Record<string, string>> = {}, other: Readonly<Record<string, string>> = {}): boolean {
  const show = (record: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(record).sort());
  return show(one) === show(other);
}
