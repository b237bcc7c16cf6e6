import { describe, expect, it } from "vitest";
import { TimedCache } from "./timed-cache.ts";

function setup(options: { keep?: (value: number) => boolean; most?: number } = {}) {
  let now = 0;
  let loads = 0;
  const cache = new TimedCache<number>({
    now: () => now,
    ttlMs: 100,
    most: options.most ?? 10,
    ...(options.keep ? { keep: options.keep } : {}),
  });
  const get = (key = "a") =>
    cache.get(key, () => {
      loads += 1;
      return Promise.resolve(loads);
    });
  return { cache, get, loads: () => loads, at: (ms: number) => (now = ms) };
}

describe("a timed cache", () => {
  it("loads once for all who ask at the same time, and again when the value is too old", async () => {
    const { get, at } = setup();
    expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1]);
    at(99);
    expect(await get()).toBe(1);
    at(100);
    expect(await get()).toBe(2);
  });

  it("keeps no failed load and no value that is not to be kept", async () => {
    const { cache } = setup();
    await expect(cache.get("a", () => Promise.reject(new TypeError("away")))).rejects.toThrow("away");
    expect(await cache.get("a", () => Promise.resolve(7))).toBe(7);
    const picky = setup({ keep: (value) => value > 1 });
    expect([await picky.get(), await picky.get(), await picky.get()]).toEqual([1, 2, 2]);
  });

  it("holds no more than it may, and forgets on demand", async () => {
    const { get, cache } = setup({ most: 2 });
    for (const key of ["a", "b", "c"]) await get(key);
    expect(await get("c")).toBe(3);
    expect(await get("a")).toBe(4);
    cache.forget("a");
    expect(await get("a")).toBe(5);
    cache.forget();
    expect(await get("c")).toBe(6);
  });
});
