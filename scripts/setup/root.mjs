import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. (`import.meta.dirname` is younger than the oldest Node that must run this.) */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
