import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ParseRequest, ParseResult } from "@windlass/contract";
import { bundleFile } from "./bundle.ts";
import type { Loader } from "./loader.ts";

/**
 * Parses one Dag file: bundles it, loads the bundle in a thread of its own, and makes its Dags data. Never rejects for what the file does.
 * @param folder a private folder for bundles that are being loaded
 */
export async function parseFile(request: ParseRequest, folder: string, loader: Loader): Promise<ParseResult> {
  const started = performance.now();
  const { dagsFolder, file } = request;
  const bundle = await bundleFile(dagsFolder, file);
  const seconds = (): number => (performance.now() - started) / 1000;
  if (bundle.code === null) {
    return {
      file,
      hash: null,
      bundle: null,
      source: bundle.source,
      dags: [],
      errors: bundle.errors,
      seconds: seconds(),
    };
  }
  // By request, not by hash: two loads of the same content must not share a path that one of them may still be writing.
  const bundlePath = join(folder, String(request.id), `${bundle.hash}.mjs`);
  await mkdir(dirname(bundlePath), { recursive: true });
  await writeFile(bundlePath, bundle.code);
  const { dags, errors } = await loader.load({ bundlePath, dagsFolder, file });
  return { file, hash: bundle.hash, bundle: bundle.code, source: bundle.source, dags, errors, seconds: seconds() };
}
