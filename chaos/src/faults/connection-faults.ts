import type { Fleet } from "../fleet.ts";
import type { Seeded } from "../seeded.ts";
import type { TcpProxy } from "../tcp-proxy.ts";
import { type Fault, moment } from "./fault.ts";

const LASTS_MS = 10_000;

/** What happens to the connections of workers to API servers, and of those and schedulers to the database. */
export function connectionFaults({ proxies }: Fleet, random: Seeded): readonly Fault[] {
  const of = (name: string, from: readonly TcpProxy[]): readonly Fault[] => {
    const fault = (kind: string, weight: number, lastsMs: number, act: (proxy: TcpProxy) => void): Fault => ({
      kind: `${kind} ${name}`,
      weight,
      run: () => {
        const proxy = random.pick(from);
        if (!proxy) return undefined;
        act(proxy);
        return moment(lastsMs);
      },
    });
    return [
      fault("cut", 1.5, 0, (proxy) => {
        proxy.cut();
      }),
      fault("cut in mid-frame", 1, LASTS_MS, (proxy) => {
        proxy.cutInMidFrame();
      }),
      fault("stall", 0.7, LASTS_MS, (proxy) => {
        proxy.stall(LASTS_MS);
      }),
      fault("a byte a second", 0.7, LASTS_MS, (proxy) => {
        proxy.trickle(LASTS_MS);
      }),
      fault("half-open", 0.7, LASTS_MS, (proxy) => {
        proxy.halfOpen(LASTS_MS);
      }),
      fault("requests lost", 0.7, LASTS_MS, (proxy) => {
        proxy.lose(LASTS_MS, "there");
      }),
      fault("answers lost", 0.7, LASTS_MS, (proxy) => {
        proxy.lose(LASTS_MS, "back");
      }),
    ];
  };
  return [...of("worker-api", proxies.workers), ...of("database", proxies.databases)];
}
