import { setTimeout as delay } from "node:timers/promises";
import { fromMicros, instant, toMicros } from "@windlass/contract";
import type { TestDatabase } from "@windlass/core/test-support";
import { testDatabase } from "@windlass/core/test-support";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "./connection.ts";
import { DatabaseError, isUnavailable, isUniqueViolation } from "./database-error.ts";
import type { Database } from "./sql.ts";

let test: TestDatabase;
let db: Database;

beforeAll(async () => {
  test = await testDatabase({ empty: true });
  db = test.database;
  await db.execute(
    "CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL CONSTRAINT item_name UNIQUE, size int CONSTRAINT small CHECK (size < 10), parent bigint REFERENCES item)",
  );
});
afterAll(() => test.drop());

async function failure(work: Promise<unknown>): Promise<DatabaseError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DatabaseError);
  return error as DatabaseError;
}

describe("values that come back", () => {
  it("are instants with microseconds, numbers, texts and parsed JSON", async () => {
    const [row] = await db.query(
      `SELECT '2026-01-02 03:04:05.6+02'::timestamptz AS moment, array['1999-12-31 23:59:59.999999+00', null]::timestamptz[] AS moments,
              9007199254740991::int8 AS big, array[1, 2]::int8[] AS bigs, 1.5::numeric AS exact, 0.1::float8 AS float, '2026-01-02'::date AS day,
              '{"a": [1]}'::jsonb AS json, null::timestamptz AS nothing, '1 day 2 hours'::interval AS span`,
    );
    expect(row).toEqual({
      moment: "2026-01-02T01:04:05.600000Z",
      moments: ["1999-12-31T23:59:59.999999Z", null],
      big: 9007199254740991,
      bigs: [1, 2],
      exact: 1.5,
      float: 0.1,
      day: "2026-01-02",
      json: { a: [1] },
      nothing: null,
      span: "P1DT2H",
    });
  });

  it("are the very instants that were sent, at any time from year 1 to 9999", async () => {
    const first = toMicros(instant("0001-01-01T00:00:00Z"));
    const last = toMicros(instant("9999-12-31T23:59:59.999999Z"));
    const moments = fc.sample(fc.bigInt(first, last), 500).concat(first, last).map(fromMicros);
    const rows = await db.query<{ at: string }>("SELECT at FROM unnest($1::timestamptz[]) at", [moments]);
    expect(rows.map((row) => row.at)).toEqual(moments);
  });

  it("are refused where a number would lose digits", async () => {
    await expect(db.query("SELECT 9007199254740993::int8 AS big")).rejects.toThrow("beyond 2^53");
    expect(await db.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});

describe("statements", () => {
  it("tell how many rows they changed", async () => {
    expect(await db.execute("INSERT INTO item (name) SELECT 'row ' || n FROM generate_series(1, $1::int) n", [3])).toBe(
      3,
    );
    expect(await db.execute("DELETE FROM item")).toBe(3);
  });

  it("go on working when the schema changes under their prepared plan", async () => {
    await using other = await testDatabase({ empty: true, poolSize: 1 });
    await other.database.execute("CREATE TABLE wide (a int)");
    await other.database.query("SELECT * FROM wide");
    await other.database.execute("ALTER TABLE wide ADD b int");
    expect(await other.database.query("SELECT * FROM wide")).toEqual([]);
  });

  it("fail in the program's own terms", async () => {
    await db.execute("INSERT INTO item (name) VALUES ('taken')");
    const unique = await failure(db.execute("INSERT INTO item (name) VALUES ('taken')"));
    expect(unique.detail).toEqual({ kind: "unique", constraint: "item_name" });
    expect([
      isUniqueViolation(unique),
      isUniqueViolation(unique, "item_name"),
      isUniqueViolation(unique, "other"),
    ]).toEqual([true, true, false]);
    expect((await failure(db.execute("INSERT INTO item (name, size) VALUES ('big', 11)"))).detail).toEqual({
      kind: "check",
      constraint: "small",
    });
    expect((await failure(db.execute("INSERT INTO item (name, parent) VALUES ('orphan', 99999)"))).kind).toBe(
      "foreign_key",
    );
    expect((await failure(db.execute("INSERT INTO item (size) VALUES (1)"))).detail).toEqual({
      kind: "not_null",
      column: "name",
    });
    expect((await failure(db.query("SELEKT"))).detail).toEqual({ kind: "other" });
  });

  it("are given up after their time", async () => {
    const hasty = openDatabase({ url: test.url, statementTimeoutMs: 50 });
    expect((await failure(hasty.query("SELECT pg_sleep(5)"))).kind).toBe("statement_timeout");
    await hasty.close();
  });

  it("say that there is no server, without taking the process down", async () => {
    const nowhere = openDatabase({ url: "postgresql://a:b@/c?host=/nonexistent&port=1", connectPatienceMs: 0 });
    const error = await failure(nowhere.query("SELECT 1"));
    expect(error.detail).toEqual({ kind: "unavailable", mayHaveRun: false });
    await nowhere.close();
  });

  it("come over no more connections than a quiet time needs, some while after a burst", async () => {
    const pool = openDatabase({ url: db.url, poolSize: 8, applicationName: "burst", idleConnectionMs: 50 });
    const count = async (): Promise<unknown> =>
      (await db.query("SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'burst'"))[0];
    const burst = Promise.all(Array.from({ length: 8 }, () => pool.query("SELECT pg_sleep(0.3)")));
    await expect.poll(count).toEqual({ n: 8 });
    await burst;
    await expect.poll(count).toEqual({ n: 3 });
    await pool.close();
  });

  it("survive the loss of every connection, idle and busy", async () => {
    const victim = test.open("victim");
    await Promise.all([victim.query("SELECT 1"), victim.query("SELECT 2")]);
    const busy = failure(victim.query("SELECT pg_sleep(20)"));
    const kill =
      "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE application_name = 'victim' AND (state = 'idle' OR query LIKE '%sleep%')";
    await expect.poll(() => db.query(kill)).toEqual([{ n: 2 }]);
    const error = await busy;
    expect([isUnavailable(error), error.detail]).toEqual([true, { kind: "unavailable", mayHaveRun: true }]);
    await expect.poll(() => victim.query("SELECT 3 AS three").catch(() => [])).toEqual([{ three: 3 }]);
  });
});

describe("a transaction", () => {
  it("commits all or nothing and hands out what its work returned", async () => {
    const id = await db.transaction(async (tx) => {
      const [row] = await tx.query<{ id: number }>("INSERT INTO item (name) VALUES ('in a transaction') RETURNING id");
      return row?.id;
    });
    expect(await db.query("SELECT name FROM item WHERE id = $1", [id])).toEqual([{ name: "in a transaction" }]);
    const boom = new RangeError("boom");
    await expect(
      db.transaction(async (tx) => {
        await tx.execute("DELETE FROM item");
        throw boom;
      }),
    ).rejects.toBe(boom);
    expect(await db.query("SELECT name FROM item WHERE id = $1", [id])).toHaveLength(1);
  });

  it("is not taken for committed when a swallowed error has rolled it back", async () => {
    const error = await failure(
      db.transaction(async (tx) => {
        await tx.execute("INSERT INTO item (name) VALUES ('lost')");
        await tx.query("SELECT 1 / 0").catch(() => undefined);
      }),
    );
    expect(error.kind).toBe("rolled_back");
    expect(await db.query("SELECT 1 FROM item WHERE name = 'lost'")).toEqual([]);
  });

  it("refuses a statement that comes after its end", async () => {
    let late: (() => Promise<unknown>) | undefined;
    await db.transaction(async (tx) => {
      late = () => tx.query("SELECT 1");
    });
    await expect(late?.()).rejects.toThrow("after its transaction had ended");
  });

  it("is committed along with its last statement, or not at all where that fails", async () => {
    const names = (): Promise<unknown[]> => db.query("SELECT name FROM item WHERE name LIKE 'along%' ORDER BY name");
    const made = await db.transaction(async (tx) => {
      await tx.execute("INSERT INTO item (name) VALUES ('along 1')");
      return tx.last.query<{ name: string }>("INSERT INTO item (name) VALUES ('along 2') RETURNING name");
    });
    expect(made).toEqual([{ name: "along 2" }]);
    expect(await names()).toEqual([{ name: "along 1" }, { name: "along 2" }]);
    const error = await failure(
      db.transaction(async (tx) => {
        await tx.execute("INSERT INTO item (name) VALUES ('along 3')");
        return tx.last.query("SELECT 1 / 0");
      }),
    );
    expect(error.sqlState).toBe("22012");
    const late = db.transaction(async (tx) => {
      await tx.last.query("SELECT 1");
      await tx.query("SELECT 2");
    });
    await expect(late).rejects.toThrow("after its transaction had ended");
    expect(await names()).toEqual([{ name: "along 1" }, { name: "along 2" }]);
  });

  it("is tried again after a serialization failure, and not for ever", async () => {
    await db.execute("CREATE SEQUENCE tries");
    await db.execute(
      `CREATE FUNCTION conflict_until(n int) RETURNS void LANGUAGE plpgsql AS
       $$ BEGIN IF nextval('tries') < n THEN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END IF; END $$`,
    );
    const steady = openDatabase({ url: test.url, random: () => 0, transactionTries: 3 });
    let runs = 0;
    await steady.transaction(async (tx) => {
      runs += 1;
      await tx.execute("INSERT INTO item (name) VALUES ('once')");
      await tx.query("SELECT conflict_until(3)");
    });
    expect(runs).toBe(3);
    expect(await db.query("SELECT count(*) AS n FROM item WHERE name = 'once'")).toEqual([{ n: 1 }]);
    expect((await failure(steady.transaction((tx) => tx.query("SELECT conflict_until(100)")))).kind).toBe("conflict");
    await steady.close();
  });

  it("that deadlocks with another gives way and then goes through", async () => {
    await db.execute("INSERT INTO item (name, size) VALUES ('left', 0), ('right', 0)");
    const other = test.open();
    const barrier = Promise.withResolvers<undefined>();
    let waiting = 2;
    const both = (database: Database, names: readonly string[]): Promise<void> =>
      database.transaction(async (tx) => {
        for (const name of names) {
          await tx.execute("UPDATE item SET size = size + 1 WHERE name = $1", [name]);
          waiting -= 1;
          if (waiting <= 0) barrier.resolve(undefined);
          await barrier.promise;
        }
      });
    await Promise.all([both(db, ["left", "right"]), both(other, ["right", "left"])]);
    expect(await db.query("SELECT size FROM item WHERE name IN ('left', 'right')")).toEqual([{ size: 2 }, { size: 2 }]);
  });

  it("gives up waiting for a lock", async () => {
    const hasty = openDatabase({ url: test.url, lockTimeoutMs: 30, transactionTries: 1 });
    await db.transaction(async (tx) => {
      await tx.execute("LOCK TABLE item");
      expect((await failure(hasty.transaction((inner) => inner.query("SELECT 1 FROM item")))).kind).toBe(
        "lock_timeout",
      );
    });
    await hasty.close();
  });

  it("leaves a usable pool however it ended", async () => {
    const narrow = openDatabase({ url: test.url, poolSize: 1, transactionTries: 1 });
    await failure(narrow.transaction((tx) => tx.query("SELECT 1 / 0")));
    await expect(narrow.transaction(() => Promise.reject(new RangeError("mine")))).rejects.toThrow("mine");
    await narrow.transaction(() => Promise.resolve());
    expect(await narrow.query("SELECT pg_current_xact_id_if_assigned() AS inside")).toEqual([{ inside: null }]);
    await narrow.close();
  });
});

describe("a channel", () => {
  it("delivers to every listener until it stops listening", async () => {
    const heard: string[] = [];
    const first = Promise.withResolvers<string>();
    const stop = await db.listen("news", (payload) => heard.push(payload));
    await db.listen("news", first.resolve);
    await test.open().notify("news", "one");
    expect(await first.promise).toBe("one");
    await stop();
    const last = Promise.withResolvers<string>();
    await db.listen("other news", last.resolve);
    await db.notify("news", "two");
    await db.notify("other news", "three");
    await last.promise;
    expect(heard).toEqual(["one"]);
  });

  it("is listened to again after its connection was lost, and says that something may have been missed", async () => {
    const listening = test.open("listening");
    let next = Promise.withResolvers<string>();
    await listening.listen("lasting", (payload) => {
      next.resolve(payload);
    });
    await db.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listening'");
    expect(await next.promise).toBe("");
    next = Promise.withResolvers<string>();
    await db.notify("lasting", "still there");
    expect(await next.promise).toBe("still there");
  });

  it("keeps its connection when a listener throws", async () => {
    const problems: unknown[] = [];
    const careful = openDatabase({ url: test.url, onError: (error) => problems.push(error) });
    const heard = Promise.withResolvers<string>();
    await careful.listen("risky", (payload) => {
      if (payload === "bad") throw new RangeError(payload);
      heard.resolve(payload);
    });
    await careful.notify("risky", "bad");
    await careful.notify("risky", "good");
    expect(await heard.promise).toBe("good");
    expect(problems).toEqual([new RangeError("bad")]);
    await careful.close();
  });
});

describe("closing", () => {
  it("lets running statements finish and may be repeated", async () => {
    const closing = openDatabase({ url: test.url });
    const running = closing.query("SELECT pg_sleep(0.05), 1 AS done");
    await delay(0);
    await Promise.all([closing.close(), closing.close()]);
    expect(await running).toMatchObject([{ done: 1 }]);
  });
});
