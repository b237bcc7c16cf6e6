import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the built web UI; undefined where it is not built. */
export function uiFolder(): string | undefined {
  return firstWith("index.html", "./ui/", "../../../ui/dist/");
}

/** The folder of the pages that explain refusals, one a code. */
export function errorPagesFolder(): string | undefined {
  return firstWith("README.md", "./errors/", "../../../../docs/errors/");
}

/** In the published package everything lies beside this file; in the repository it lies where it is made. */
function firstWith(file: string, ...places: readonly string[]): string | undefined {
  return places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((folder) => existsSync(`${folder}${file}`));
}
