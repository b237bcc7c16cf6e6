import { describe, expect, it } from "vitest";
import { machineTimers } from "../../database/timers.ts";
import { LeaseKeeper } from "./lease-keeper.ts";

function setup(renew: (ids: readonly string[]) => Promise<readonly string[]>, giveUpMs = 60_000) {
  const revoked: string[] = [];
  let silences = 0;
  const keeper = new LeaseKeeper({
    renew,
    attempts: () => ["a", "b"],
    onRevoked: (ids) => revoked.push(...ids),
    onSilence: () => {
      silences += 1;
    },
    giveUpMs,
  });
  return { keeper, revoked, silences: () => silences };
}

describe("keeping leases", () => {
  it("tells which attempts have lost their permission", async () => {
    const { keeper, revoked } = setup(async () => ["a"]);
    await keeper.renewNow();
    expect(revoked).toEqual(["b"]);
  });

  it("bears a database that is away, until it has been away for too long", async () => {
    const away = setup(() => Promise.reject(new TypeError("away")));
    await away.keeper.renewNow();
    expect(away.silences()).toBe(0);
    const tooLong = setup(() => Promise.reject(new TypeError("away")), 0);
    await tooLong.keeper.renewNow();
    expect(tooLong.silences()).toBe(1);
    expect(tooLong.revoked).toEqual([]);
  });

  it("takes a renewal that hangs for silence", async () => {
    const { keeper, silences } = setup(() => new Promise(() => undefined), 0);
    void keeper.renewNow();
    void keeper.renewNow();
    expect(silences()).toBe(2);
  });

  it("tells of a silence once, and again when what began since then would lose its lease, too", async () => {
    let now = 0;
    const told: number[] = [];
    const keeper = new LeaseKeeper({
      renew: () => Promise.reject(new TypeError("away")),
      attempts: () => ["a"],
      onRevoked: () => undefined,
      onSilence: () => told.push(now),
      giveUpMs: 40,
      timers: { ...machineTimers, monotonic: () => now },
    });
    for (; now <= 100; now += 10) await keeper.renewNow();
    expect(told).toEqual([40, 80]);
  });
});
