import type { PoolRow } from "@windlass/core/queries";

/** A pool as v1 shows it. Endless pools have -1 open slots; Airflow 2 fails on them. */
export function poolView(pool: PoolRow): Record<string, unknown> {
  const occupied = pool.runningSlots + pool.queuedSlots + (pool.includeDeferred ? pool.deferredSlots : 0);
  return {
    deferred_slots: pool.deferredSlots,
    description: pool.description,
    include_deferred: pool.includeDeferred,
    name: pool.name,
    occupied_slots: occupied,
    open_slots: pool.slots === -1 ? -1 : pool.slots - occupied,
    queued_slots: pool.queuedSlots,
    running_slots: pool.runningSlots,
    scheduled_slots: pool.scheduledSlots,
    slots: pool.slots,
  };
}
