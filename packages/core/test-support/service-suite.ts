import { expect, it } from "vitest";
import type { Service } from "../src/services/service.ts";

/** What holds for every service, whatever its duty: call it inside a `describe`. */
export function serviceSuite(make: () => Promise<Service>): void {
  it("may be stopped before it was started, and twice", async () => {
    const service = await make();
    await service.stop();
    await service.stop();
  });

  it("may be started twice, and does nothing any more once it is stopped", async () => {
    const service = await make();
    await service.start();
    await service.start();
    await service.stop();
    await service.stop();
  });

  it("carries out a round without being started", async () => {
    const service = await make();
    await service.runOnce();
    await service.stop();
  });

  it("runs one round at a time", async () => {
    const service = await make();
    await Promise.all([service.runOnce(), service.runOnce(), service.runOnce()]);
    await service.stop();
  });

  it("may be started again", async () => {
    const service = await make();
    await service.start();
    await service.stop();
    await service.start();
    await service.stop();
  });

  it("has a name that status pages can show", async () => {
    const service = await make();
    expect(service.name).toMatch(/^[a-z-]+$/);
    await service.stop();
  });
}
