import { useNow } from "./clock.ts";
import { formatDuration, millisOf } from "./format.ts";

/** How long something took, or has been taking: ticks while it has no end. */
export function Duration({ from, to }: { from: string | null | undefined; to: string | null | undefined }) {
  const start = millisOf(from);
  const end = millisOf(to);
  if (start === null) return <span className="dim">–</span>;
  return <span className="number">{end === null ? <Ticking since={start} /> : formatDuration(end - start)}</span>;
}

function Ticking({ since }: { since: number }) {
  return <>{formatDuration(Math.max(0, useNow() - since))}</>;
}
