import { describe, expect, it } from "vitest";
import { MessageQueue } from "./message-queue.ts";

describe("messages on their way to a reader", () => {
  it("are taken together, in their order, as soon as there are any", async () => {
    const queue = new MessageQueue(10);
    const taken = queue.take(60_000);
    queue.add("a");
    queue.add("b");
    expect(await taken).toBe("ab");
  });

  it("give the reader a turn after a while without any, for a heartbeat", async () => {
    expect(await new MessageQueue(10).take(1)).toBeUndefined();
  });

  it("end where the reader is too far behind, and take nothing more", async () => {
    const queue = new MessageQueue(1);
    queue.add("a");
    queue.add("b");
    queue.add("c");
    expect(queue.ended).toBe(true);
    expect(await queue.take(60_000)).toBeUndefined();
  });

  it("end at once for a reader that waits", async () => {
    const queue = new MessageQueue(1);
    const taken = queue.take(60_000);
    queue.end();
    expect(await taken).toBeUndefined();
  });
});
