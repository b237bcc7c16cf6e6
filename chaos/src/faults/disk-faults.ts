import type { Fleet } from "../fleet.ts";
import type { Seeded } from "../seeded.ts";
import type { SmallDisk } from "../small-disk.ts";
import { type Fault, moment } from "./fault.ts";

const LOGS_FULL_MS = 8_000;
// The server goes down with it and is tried again until there is room.
const DATA_FULL_MS = 4_000;

/** Disks that are full: of logs, where the fleet has disks of its own for them, and of the database. */
export function diskFaults({ disks }: Fleet, random: Seeded): readonly Fault[] {
  const full = (kind: string, weight: number, of: readonly SmallDisk[], lastsMs: number): Fault => ({
    kind,
    weight,
    run: () => (random.pick(of)?.fill(lastsMs) === true ? moment(lastsMs) : undefined),
  });
  return [
    full("disk of logs full", 1, disks.logs, LOGS_FULL_MS),
    full("disk of the database full", 0.5, disks.database, DATA_FULL_MS),
  ];
}
