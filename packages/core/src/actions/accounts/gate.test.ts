import { describe, expect, it } from "vitest";
import { Gate } from "./gate.ts";

describe("a gate", () => {
  it("lets no more than its number run, in the order they came, also after failures", async () => {
    const gate = new Gate(2);
    const open: (() => void)[] = [];
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const all = Array.from({ length: 6 }, (_, index) =>
      gate.run(async () => {
        begun.push(index);
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => open.push(resolve));
        running -= 1;
        if (index === 1) throw new TypeError("failed");
      }),
    );
    const settled = Promise.allSettled(all);
    for (let each = 0; each < 6; each += 1) {
      while (open.length === 0) await Promise.resolve();
      open.shift()?.();
    }
    await settled;
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });
});
