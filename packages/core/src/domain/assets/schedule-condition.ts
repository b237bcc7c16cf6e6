import type { AssetCondition, SerializedSchedule } from "@windlass/contract";

/** The condition on assets of a schedule; undefined for a schedule that does not go by assets. */
export function scheduleCondition(schedule: SerializedSchedule): AssetCondition | undefined {
  return schedule.kind === "assets" || schedule.kind === "assets_or_time" ? schedule.condition : undefined;
}
