import type { Pool } from "../../api/types/settings.ts";
import "../home/home.css";

/** A pool's slots as a bar: running, queued, deferred; the rest is open. */
export function PoolBar({ pool }: { pool: Pool }) {
  const parts = [
    ["running", pool.running_slots],
    ["queued", pool.queued_slots],
    ["deferred", pool.include_deferred ? pool.deferred_slots : 0],
  ] as const;
  const label = `${pool.name}: ${parts.map(([state, count]) => `${count} ${state}`).join(", ")}, ${pool.open_slots} open`;
  return (
    <span className="pool-bar" role="img" aria-label={label} title={label}>
      {parts.map(([state, count]) =>
        count > 0 ? (
          <span key={state} data-state={state} style={{ flex: `0 0 ${(100 * count) / Math.max(1, pool.slots)}%` }} />
        ) : null,
      )}
    </span>
  );
}
