import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "./bundle.ts";
import { thirdPartyLicenses } from "./licenses.ts";
import { packageManifest } from "./manifest.ts";
import { writeTypes } from "./types.ts";

/*
 * Builds the one published package, `windlass`, into packages/cli/dist: everything bundled but the packages that bring binaries, which are its
 * dependencies.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const out = join(root, "packages/cli/dist");

const metafile = await bundleProgram(root, out);

await cp(join(root, "packages/core/src/store/migrations"), join(out, "migrations"), { recursive: true });
await cp(join(root, "packages/ui/dist"), join(out, "ui"), { recursive: true });
await cp(join(root, "docs/errors"), join(out, "errors"), { recursive: true });
await cp(join(root, "LICENSE"), join(out, "LICENSE"));
await cp(join(root, "packages/cli/README.md"), join(out, "README.md"));
await writeFile(join(out, "THIRD-PARTY-LICENSES.txt"), await thirdPartyLicenses(root, metafile));
await writeTypes(root, out);
await writeFile(join(out, "package.json"), `${JSON.stringify(await packageManifest(root, metafile), null, 2)}\n`);
