import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase, type TestDatabase } from "../test-database.ts";
import type { Session } from "./interleave.ts";
import { OrderFailed, tryOrders } from "./permutations.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
  await test.database.execute("create table counter (id integer primary key, n integer)");
});
afterAll(() => test.drop());

const prepare = async (): Promise<void> => {
  await test.database.execute("truncate counter");
  await test.database.execute("insert into counter values (1, 0), (2, 0)");
};

/** Adds one to what it has read. */
const careless: Session = (database) =>
  database.transaction(async (tx) => {
    const [row] = await tx.query<{ n: number }>("select n from counter where id = 1");
    await tx.execute("update counter set n = $1 where id = 1", [row!.n + 1]);
  });

const careful: Session = (database) => database.execute("update counter set n = n + 1 where id = 1");

/** Locks the rows in its own order. */
const locking =
  (...ids: readonly number[]): Session =>
  (database) =>
    database.transaction(async (tx) => {
      for (const id of ids) await tx.execute("update counter set n = n + 1 where id = $1", [id]);
    });

const isTwo = async (): Promise<void> => {
  expect(await test.database.query("select n from counter where id = 1")).toEqual([{ n: 2 }]);
};

describe("trying the orders of sessions", () => {
  it("finds an update that is lost, and tells the order", async () => {
    const lost = tryOrders(test, { prepare, sessions: () => ({ one: careless, other: careless }), check: isTwo });
    await expect(lost).rejects.toThrow(OrderFailed);
    await expect(lost).rejects.toThrow(/one: select n from counter[^]*other: select n from counter/);
  });

  it("tries each order once where there are few, and finds nothing where nothing is lost", async () => {
    const tried = await tryOrders(test, { prepare, sessions: () => ({ one: careful, other: careful }), check: isTwo });
    expect(tried).toMatchObject({ orders: 2, isAll: true, deadlocks: 0 });
  });

  it("passes over who waits for a lock, and lets PostgreSQL end a deadlock", async () => {
    const sessions = () => ({ one: locking(1, 2), other: locking(2, 1) });
    const tried = await tryOrders(test, { prepare, sessions, check: isTwo });
    expect(tried.isAll).toBe(true);
    expect(tried.deadlocks).toBeGreaterThan(0);
  });

  it("tries some at random where there are many", async () => {
    const sessions = () => ({ one: locking(1, 1, 1), other: locking(1, 1), third: locking(2, 2, 2) });
    const tried = await tryOrders(test, { prepare, bound: 5, sessions, check: () => Promise.resolve() });
    expect(tried.isAll).toBe(false);
    expect(tried.orders).toBeGreaterThan(1);
  });
});
