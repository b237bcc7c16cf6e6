import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BundleStore, BundleTampered } from "./bundle-store.ts";

const CODE = Buffer.from("export const a = 1;");
const HASH = createHash("sha256").update(CODE).digest("hex");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "windlass-bundles-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("bundles of a worker", () => {
  it("are fetched once, however many ask", async () => {
    let asked = 0;
    const store = new BundleStore(folder);
    const fetchBytes = async () => {
      asked += 1;
      return CODE;
    };
    const paths = await Promise.all([store.path(HASH, fetchBytes), store.path(HASH, fetchBytes)]);
    expect(new Set(paths).size).toBe(1);
    expect(readFileSync(paths[0] ?? "")).toEqual(CODE);
    await new BundleStore(folder).path(HASH, fetchBytes);
    expect(asked).toBe(1);
  });

  it("are not taken where they are not those of their hash, neither from the server nor from the disk", async () => {
    const store = new BundleStore(folder);
    await expect(store.path(HASH, async () => Buffer.from("evil"))).rejects.toThrow(BundleTampered);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, `${HASH}.mjs`), "evil");
    expect(readFileSync(await store.path(HASH, async () => CODE))).toEqual(CODE);
  });

  it("have hashes for names and nothing else", async () => {
    const store = new BundleStore(folder);
    await expect(store.path("../../etc/passwd", async () => CODE)).rejects.toThrow(BundleTampered);
  });
});
