import type { Fleet } from "../fleet.ts";
import type { Seeded } from "../seeded.ts";
import { type Fault, moment } from "./fault.ts";

const [HOUR, DAY] = [3_600, 86_400];
const JUMPS = [HOUR, -HOUR, 2 * DAY, -2 * DAY];

/** Wall clocks of processes that are set while they run, monotonic ones left alone. */
export function clockFaults(fleet: Fleet, random: Seeded): readonly Fault[] {
  return (["scheduler", "api-server", "worker"] as const).map((role) => ({
    kind: `clock of a ${role} set`,
    weight: 1,
    run: () => {
      const victim = random.pick(fleet.of(role));
      // Another time it is right again.
      const bySeconds = random.pick([...JUMPS, 0]) ?? 0;
      return victim?.setClock(bySeconds) === true ? moment() : undefined;
    },
  }));
}
