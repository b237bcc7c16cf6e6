import { type Fleet, LEASE } from "../fleet.ts";
import type { KeptProcess } from "../kept-process.ts";
import { killedNow, runnersOf } from "../processes.ts";
import type { Seeded } from "../seeded.ts";
import { type Done, type Fault, moment } from "./fault.ts";

const LONGEST_FREEZE_MS = 24_000;

/** Processes that are killed or stand still. */
export function processFaults(fleet: Fleet, random: Seeded): readonly Fault[] {
  const killed = (from: readonly KeptProcess[]) => (): Done =>
    random.pick(from)?.kill() === true ? moment() : undefined;
  const frozen = (from: readonly KeptProcess[]) => (): Done => {
    const victim = random.pick(from);
    // Sometimes within what the lease allows, mostly beyond.
    const ms = random.between(LEASE * 1_000, LONGEST_FREEZE_MS);
    const pid = victim?.pid;
    return pid !== undefined && victim?.freeze(ms) === true ? { ...moment(ms), pid } : undefined;
  };
  return [
    { kind: "kill api-server", weight: 2, run: killed(fleet.of("api-server")) },
    { kind: "kill scheduler", weight: 3, run: killed(fleet.of("scheduler")) },
    { kind: "kill worker", weight: 3, run: killed(fleet.of("worker")) },
    { kind: "kill dag-processor", weight: 0.5, run: killed(fleet.of("dag-processor")) },
    {
      kind: "kill runner",
      weight: 3,
      run: () => {
        const supervisor = random.pick([...fleet.of("scheduler"), ...fleet.of("worker")])?.pid;
        const runner = supervisor === undefined ? undefined : random.pick(runnersOf(supervisor));
        return runner !== undefined && killedNow(runner) ? moment() : undefined;
      },
    },
    { kind: "freeze worker", weight: 1.5, run: frozen(fleet.of("worker")) },
    { kind: "freeze scheduler", weight: 1, run: frozen(fleet.of("scheduler")) },
  ];
}
