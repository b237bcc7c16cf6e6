import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** The licences of everybody whose code is in the bundle, which must go wherever that code goes. */
export async function thirdPartyLicenses(root: string, metafile: Metafile): Promise<string> {
  const folders = new Set(
    Object.values(metafile.outputs)
      .flatMap((output) => Object.keys(output.inputs))
      .flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  const texts = await Promise.all([...folders].map((folder) => licenseOf(join(root, folder))));
  return [...new Set(texts)].sort().join(`\n${"-".repeat(80)}\n\n`);
}

async function licenseOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return [`${name} ${version} (${license ?? "no licence named"})`, ...texts.map((text) => text.trim()), ""].join(
    "\n\n",
  );
}
