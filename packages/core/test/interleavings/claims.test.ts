import { randomUUID } from "node:crypto";
import { fromMillis } from "@windlass/contract";
import { storeDags, testDag, testDatabase, testTask, type TestDatabase } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tried } from "./world.ts";
import { claimCallbacks, type ClaimedCallback } from "../../src/store/callbacks.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.drop());

const NOW = fromMillis(Date.parse("2026-06-01T00:00:00Z"));

describe("two that claim callbacks", () => {
  it("get each of them once, in every order", async () => {
    await tried(test, {
      bound: 100,
      async prepare() {
        await storeDags(test.database, [testDag("told", [testTask("a")])]);
        await test.database.execute(
          `with made as (
             insert into dag_run (dag_id, run_id, state, run_type, triggered_by, run_after, queued_at, dag_version_id)
             select 'told', 'r', 'queued', 'manual', 'test', now(), now(), current_version_id from dag returning id, dag_version_id
           )
           insert into callback (dag_run_id, dag_version_id, position, dedupe_key, subject, not_before)
           select id, dag_version_id, n, n::text, '{}', $1 from made, generate_series(0, 2) as n`,
          [NOW],
        );
      },
      sessions: () => {
        const claim = (
          database: Parameters<typeof claimCallbacks>[0] & { transaction: TestDatabase["database"]["transaction"] },
        ) =>
          database.transaction((tx) =>
            claimCallbacks(tx, {
              now: NOW,
              limit: 2,
              leaseSeconds: 60,
              marginSeconds: 10,
              mostDeliveries: 3,
              bootId: randomUUID(),
              attemptIds: [randomUUID(), randomUUID()],
            }),
          );
        return { one: claim, other: claim };
      },
      async check(_, { values }) {
        const claimed = Object.values(values).flatMap((each) => each as readonly ClaimedCallback[]);
        expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
        expect(claimed.length).toBeGreaterThanOrEqual(2);
      },
    });
  });
});
