import type { PartitionMapper, PartitionUnit } from "@windlass/contract";
import type { Asset } from "./asset.ts";
import type { PartitionedSchedule, RuntimePartitionSchedule } from "./schedule.ts";

/** How a partitioned schedule reads the keys of events. */
export interface PartitionedOptions {
  /** Which partition of the Dag an event belongs to. @default the one with the event's own key */
  readonly by?: PartitionMapper;
  /** The same for single assets. */
  readonly byAsset?: readonly { readonly asset: Asset; readonly by: PartitionMapper }[];
}

/** Ways from the key of an event's partition to that of a run. */
export const partitionBy = {
  /** The same key. */
  identity: (): PartitionMapper => ({ kind: "identity" }),
  /** Always this key, whatever the event's is. */
  fixed: (key: string): PartitionMapper => ({ kind: "fixed", key }),
  /** The same key, if it is one of these; other events wait without effect. */
  allowed: (keys: readonly string[]): PartitionMapper => ({ kind: "allowed", keys }),
  /** The hour, day, week, month, quarter or year in which the key's time lies: `2026-01-05T10:00:00` is of the day `2026-01-05`. */
  startOf: (unit: PartitionUnit, { timezone = "UTC" }: { readonly timezone?: string } = {}): PartitionMapper => ({
    kind: "start_of",
    unit,
    timezone,
  }),
  /** As `startOf`, when every smaller span within it has had its event: a day when all its hours have. */
  rollup: (
    unit: PartitionUnit,
    { of, timezone = "UTC" }: { readonly of: PartitionUnit; readonly timezone?: string },
  ): PartitionMapper => ({ kind: "rollup", unit, of, timezone }),
} as const;

/**
 * A schedule by partitions: a run for each partition, when the condition holds on the events of that partition. Only events with a partition key count,
 * and they count for no other kind of schedule.
 * @example partitioned(sales, { by: partitionBy.rollup("day", { of: "hour" }) })
 */
export function partitioned(
  condition: PartitionedSchedule["condition"],
  options: PartitionedOptions = {},
): PartitionedSchedule {
  return { kind: "partitioned", condition, options };
}

/** No schedule; whoever triggers a run names the partition that it writes. */
export function partitionedAtRuntime(): RuntimePartitionSchedule {
  return { kind: "partitioned_at_runtime" };
}
