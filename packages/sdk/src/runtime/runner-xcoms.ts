import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { type AttemptContext, isJsonObject, type JsonValue, type KeptXcom, type XcomPlace } from "@windlass/contract";
import { checkXcom, jsonTextOf, type XcomCheck } from "../attempt/xcom.ts";
import { plainVault, type XcomVault } from "../attempt/xcom-vault.ts";
import type { XcomBackend } from "../authoring/xcom-backend.ts";

/** A value could not be written to, or read from, where XComs lie outside of the database. Another try may do better. */
class XcomStoreError extends Error {
  override readonly name = "XcomStoreError";
}

function lengthOf(value: unknown): number | null {
  if (Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : null;
}

async function refusedBy(response: Response, what: string): Promise<XcomStoreError> {
  // Never with the address: it is signed.
  const said = (await response.text().catch(() => "")).slice(0, 300);
  return new XcomStoreError(`The object store answered with status ${String(response.status)} when ${what}. ${said}`);
}

async function write(place: XcomPlace, text: string, signal: AbortSignal): Promise<void> {
  const bytes = place.compress ? await promisify(gzip)(text) : Buffer.from(text);
  if (place.kind === "url") {
    const response = await fetch(place.url, { method: "PUT", body: bytes, signal });
    if (!response.ok) throw await refusedBy(response, "an XCom was written");
    await response.body?.cancel();
    return;
  }
  await mkdir(dirname(place.path), { recursive: true });
  const part = `${place.path}.part`;
  const file = await open(part, "w", 0o640);
  try {
    await file.writeFile(bytes);
    // The report that names it is committed to a database that keeps its promise; so must this be.
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, place.path);
}

async function read(kept: Extract<KeptXcom, { kind: "file" | "url" }>, signal: AbortSignal): Promise<JsonValue> {
  let bytes: Uint8Array;
  if (kept.kind === "file") bytes = await readFile(kept.path);
  else {
    const response = await fetch(kept.url, { signal });
    if (!response.ok) throw await refusedBy(response, "an XCom was read");
    bytes = new Uint8Array(await response.arrayBuffer());
  }
  const plain = kept.compressed ? await promisify(gunzip)(bytes) : Buffer.from(bytes);
  return JSON.parse(plain.toString("utf8")) as JsonValue;
}

const backends = new Map<string, Promise<XcomBackend>>();

async function load(path: string): Promise<XcomBackend> {
  const module = (await import(pathToFileURL(path).href)) as Partial<XcomBackend> & { default?: Partial<XcomBackend> };
  const backend = module.default ?? module;
  if (typeof backend.serialize !== "function" || typeof backend.deserialize !== "function")
    throw new XcomStoreError(`${path} ([core] xcom_backend) does not export serialize and deserialize.`);
  return backend as XcomBackend;
}

function backendAt(path: string): Promise<XcomBackend> {
  let loading = backends.get(path);
  if (loading === undefined) {
    loading = load(path);
    backends.set(path, loading);
    // What failed once may be mended.
    loading.catch(() => backends.delete(path));
  }
  return loading;
}

/**
 * The XComs of one attempt: small ones travel with its messages, large ones are written and read here, so that they never pass through the server, and the
 * author's own backend is asked where there is one.
 */
export function runnerXcoms(
  attempt: AttemptContext,
  signal: AbortSignal,
  place: (key: string) => Promise<XcomPlace>,
): XcomVault {
  const { maxXcomBytes, xcomKeeping, run, taskId, mapIndex } = attempt;
  const plain = plainVault(maxXcomBytes);

  async function encoded(path: string, key: string, value: unknown): Promise<XcomCheck> {
    const checked = checkXcom(value, Infinity);
    if (checked.kind !== "value" || checked.value === null) return checked;
    const owner = { dagId: run.dagId, runId: run.runId, taskId, mapIndex, key };
    const stored = checkXcom(await (await backendAt(path)).serialize(checked.value, owner), maxXcomBytes);
    if (stored.kind !== "value") return stored;
    const length = lengthOf(checked.value);
    return { kind: "elsewhere", elsewhere: { kind: "encoded", value: stored.value, length } };
  }

  async function keep(key: string, value: unknown): Promise<XcomCheck> {
    const { backend, storeAbove } = xcomKeeping ?? {};
    if (value === undefined) return { kind: "none" };
    if (backend !== undefined) return encoded(backend, key, value);
    const text = jsonTextOf(value);
    if (text.kind === "refused") return text;
    const bytes = Buffer.byteLength(text.text);
    if (storeAbove === undefined || bytes <= storeAbove) return checkXcom(value, maxXcomBytes);
    const found = await place(key);
    await write(found, text.text, signal);
    const length = lengthOf(value);
    return { kind: "elsewhere", elsewhere: { kind: "object", address: found.address, bytes, length } };
  }

  return {
    keep: (key, value) => (xcomKeeping === undefined ? plain.keep(key, value) : keep(key, value)),
    read: async (kept) => {
      switch (kept.kind) {
        case "value":
          return kept.value;
        case "encoded": {
          const { backend } = xcomKeeping ?? {};
          if (backend === undefined)
            throw new XcomStoreError(
              "The XCom was made by a backend of the author's own, and none is configured ([core] xcom_backend).",
            );
          return (await backendAt(backend)).deserialize(kept.value);
        }
        case "file":
        case "url":
          return read(kept, signal);
      }
    },
  };
}
