import { addSeconds, type Instant, instant, secondsBetween } from "@windlass/contract";
import { testDatabase } from "@windlass/core/test-support";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DatabaseClock } from "./database-clock.ts";
import type { Sql } from "./sql.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("the database's clock in a process", () => {
  it("says what the database says, wherever somebody sets the machine's clock", async () => {
    await using test = await testDatabase();
    const { database } = test;
    const clock = await DatabaseClock.open(database);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * 86_400_000 });
    const [row] = await database.query<{ now: Instant }>("select clock_timestamp() as now");
    expect(Math.abs(secondsBetween(row?.now ?? clock.now(), clock.now()))).toBeLessThan(5);
    await clock.stop();
  });

  it("goes where the database's went, and on by itself where it does not answer", async () => {
    let told: Instant | undefined = instant("2026-01-01T00:00:00Z");
    let passedMs = 0;
    const sql: Sql = {
      query: <Row>() =>
        told ? Promise.resolve([{ now: told }] as Row[]) : Promise.reject(new Error("the server is away")),
      execute: () => Promise.resolve(0),
    };
    const clock = await DatabaseClock.open(sql, { monotonic: () => passedMs });
    told = addSeconds(told, 3_600);
    await clock.runOnce();
    expect(clock.now()).toBe("2026-01-01T01:00:00.000000Z");
    told = undefined;
    passedMs += 2_000;
    await expect(clock.runOnce()).rejects.toThrow("away");
    expect(clock.now()).toBe("2026-01-01T01:00:02.000000Z");
    await clock.stop();
  });

  it("looks again at its own pace until it is stopped", async () => {
    let looks = 0;
    const seen = Promise.withResolvers<void>();
    const sql: Sql = {
      query: <Row>() => {
        looks += 1;
        if (looks === 3) seen.resolve();
        return Promise.resolve([{ now: instant("2026-01-01T00:00:00Z") }] as Row[]);
      },
      execute: () => Promise.resolve(0),
    };
    const clock = await DatabaseClock.open(sql, { everyMs: 1 });
    await seen.promise;
    await clock.stop();
    const before = looks;
    await new Promise((resolve) => setImmediate(resolve));
    expect(looks).toBe(before);
  });
});
