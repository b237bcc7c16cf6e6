import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the built web UI: beside the published package's files, or the UI package's build in the repository; undefined where it is not built. */
export function uiFolder(): string | undefined {
  const candidates = [new URL("./ui/", import.meta.url), new URL("../../../ui/dist/", import.meta.url)].map((url) =>
    fileURLToPath(url),
  );
  return candidates.find((folder) => existsSync(`${folder}index.html`));
}
