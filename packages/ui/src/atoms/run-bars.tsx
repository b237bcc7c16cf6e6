import { Link } from "@tanstack/react-router";
import type { LastRun } from "../api/types/dag.ts";
import { formatDuration, formatInstant, millisOf } from "../time/format.ts";
import { stateWord } from "../state/words.ts";
import { preferences } from "../preferences/preferences.ts";

/** The last runs as bars: the height is the duration beside the others', the glyph the state. Oldest at the left. */
export function RunBars({ dagId, runs }: { dagId: string; runs: readonly LastRun[] }) {
  const durations = runs.map(({ start_date, end_date }) => {
    const start = millisOf(start_date);
    return start === null ? 0 : (millisOf(end_date) ?? start) - start;
  });
  const longest = Math.max(1, ...durations);
  return (
    <div className="run-bars">
      {runs.map((run, index) => {
        const duration = durations[index] ?? 0;
        const label = `${stateWord(run.state)}, ${formatInstant(run.run_after, preferences().zone)}${duration > 0 ? `, ${formatDuration(duration)}` : ""}`;
        return (
          <Link
            key={run.run_id}
            to="/dags/$dagId/runs/$runId"
            params={{ dagId, runId: run.run_id }}
            className="run-bar"
            data-state={run.state}
            aria-label={`Run ${run.run_id}: ${label}`}
            title={`${run.run_id}\n${label}`}
            style={{ height: `${Math.round(14 + (8 * duration) / longest)}px` }}
          />
        );
      })}
    </div>
  );
}
