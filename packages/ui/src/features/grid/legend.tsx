import { StateMark } from "../../state/state-mark.tsx";

const SHOWN = [
  "success",
  "failed",
  "running",
  "queued",
  "scheduled",
  "skipped",
  "upstream_failed",
  "up_for_retry",
  "up_for_reschedule",
  "deferred",
  "awaiting_input",
  null,
] as const;

/** Every state's glyph with its word. */
export function Legend() {
  return (
    <div className="legend" aria-label="Legend">
      {SHOWN.map((state) => (
        <StateMark key={state ?? "none"} state={state} />
      ))}
    </div>
  );
}
