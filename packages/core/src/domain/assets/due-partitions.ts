import type { AssetCondition, AssetKey, AssetPartitioning, Instant } from "@windlass/contract";
import { assetText, isConditionMet } from "./condition.ts";
import { hasWholePartition, mapperOf, partitionDate, targetPartition } from "./partition-key.ts";

/** Events of one asset and one partition that wait. */
export interface QueuedPartition extends AssetKey {
  readonly assetId: number;
  readonly partitionKey: string | null;
}

/** A partition of a Dag that has all its events. */
export interface DuePartition {
  readonly key: string;
  /** When it begins; null where no mapper says, or they say different things. */
  readonly date: Instant | null;
  /** What waits for it and is taken by its run. */
  readonly events: readonly QueuedPartition[];
}

/** The partitions for which a condition holds, in the order of their keys. What no mapper can read waits on. */
export function duePartitions(
  condition: AssetCondition,
  partitioning: AssetPartitioning,
  queued: readonly QueuedPartition[],
): readonly DuePartition[] {
  const byTarget = new Map<string, QueuedPartition[]>();
  for (const each of queued) {
    const target =
      each.partitionKey === null ? undefined : targetPartition(mapperOf(partitioning, each), each.partitionKey);
    if (target !== undefined) byTarget.set(target, [...(byTarget.get(target) ?? []), each]);
  }
  return [...byTarget]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, events]) => {
      const isFulfilled = (asset: AssetKey): boolean => {
        const own = events.filter((each) => assetText(each) === assetText(asset));
        const arrived = own.flatMap((each) => each.partitionKey ?? []);
        return hasWholePartition(mapperOf(partitioning, asset), key, arrived);
      };
      if (!isConditionMet(condition, { isFulfilled, assetsOf: () => [] })) return [];
      const dates = new Set(events.flatMap((each) => partitionDate(mapperOf(partitioning, each), key) ?? []));
      const [date = null] = dates;
      return [{ key, date: dates.size === 1 ? date : null, events }];
    });
}
