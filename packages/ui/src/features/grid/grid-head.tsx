import { memo } from "react";
import { stateWord } from "../../state/words.ts";
import { formatDuration, formatInstant, millisOf, type Zone } from "../../time/format.ts";
import type { GridRun } from "./unpack.ts";

const BAR_PX = 56;

/** The runs as bars, as high as they took long; over them a mark of their type. */
export const GridHead = memo(function GridHead({
  runs,
  current,
  zone,
}: {
  runs: readonly GridRun[];
  current: number;
  zone: Zone;
}) {
  const durations = runs.map(({ start_date, end_date }) => {
    const start = millisOf(start_date);
    return start === null ? 0 : (millisOf(end_date) ?? Date.now()) - start;
  });
  const longest = Math.max(1, ...durations);
  return (
    <div className="grid-head" role="row" aria-rowindex={1}>
      <span className="grid-name grid-scale" role="columnheader">
        {runs.length > 0 && (
          <>
            <span className="number">{formatDuration(longest)}</span>
            <span className="number">0</span>
          </>
        )}
      </span>
      {runs.map((run, column) => {
        const label = `${run.run_id}, ${run.run_type}, ${stateWord(run.state)}, ${formatInstant(run.run_after, zone)}, ${formatDuration(durations[column] ?? 0)}`;
        return (
          <span
            key={run.run_id}
            id={`cell--1-${column}`}
            role="columnheader"
            aria-colindex={column + 2}
            aria-label={label}
            className="grid-run"
            data-column={column}
            data-type={run.run_type}
            data-current={column === current || undefined}
          >
            <span
              className="grid-bar"
              data-state={run.state}
              style={{ height: Math.max(14, Math.round((BAR_PX * (durations[column] ?? 0)) / longest)) }}
            />
          </span>
        );
      })}
    </div>
  );
});
