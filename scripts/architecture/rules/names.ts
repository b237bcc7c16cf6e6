import type { Finding } from "../source.ts";

const buckets = new Set(["util", "utils", "helper", "helpers", "common", "lib", "libs", "misc", "shared", "stuff"]);
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A file is named after its one concept in kebab-case, and no file or folder is a bucket for whatever comes along. */
export function names(paths: readonly string[]): Finding[] {
  return paths.flatMap((path) => {
    const parts = path.split("/");
    // What stands after the first dot is the kind of file: x.test.ts, x.module.css, 0001-name.up.sql.
    const stems = parts.map((part, index) => (index === parts.length - 1 ? part.split(".")[0]! : part)).slice(1);
    const bucket = stems.find((stem) => buckets.has(stem));
    if (bucket !== undefined) return [{ path, line: 1, what: `"${bucket}" names no concept` }];
    const odd = stems.find((stem) => !kebab.test(stem));
    return odd === undefined ? [] : [{ path, line: 1, what: `"${odd}" is not kebab-case` }];
  });
}
