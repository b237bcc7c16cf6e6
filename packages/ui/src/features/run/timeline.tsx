import { Link } from "@tanstack/react-router";
import type { TaskInstance } from "../../api/types/run.ts";
import { stateWord } from "../../state/words.ts";
import { useNow } from "../../time/clock.ts";
import { formatDuration, millisOf } from "../../time/format.ts";
import "./timeline.css";

/** When each task instance waited and ran: a bar each, over the run's span. The table beside it says the same in words. */
export function Timeline({ instances }: { instances: readonly TaskInstance[] }) {
  const now = useNow();
  const bars = instances.flatMap((each) => {
    const start = millisOf(each.start_date);
    return start === null
      ? []
      : [{ each, queued: millisOf(each.queued_when) ?? start, start, end: millisOf(each.end_date) ?? now }];
  });
  if (bars.length === 0) return null;
  const from = Math.min(...bars.map(({ queued, start }) => Math.min(queued, start)));
  const span = Math.max(1, ...bars.map(({ end }) => end - from));
  const at = (millis: number): string => `${(100 * Math.max(0, millis - from)) / span}%`;
  return (
    <section className="panel" aria-label="Timeline">
      <h2 className="row">
        Timeline <span className="dim push number">{formatDuration(span)}</span>
      </h2>
      <div className="timeline">
        {bars
          .sort((a, b) => a.start - b.start)
          .slice(0, 60)
          .map(({ each, queued, start, end }) => (
            <Link
              key={`${each.task_id} ${each.map_index}`}
              to="/dags/$dagId/runs/$runId/tasks/$taskId"
              params={{ dagId: each.dag_id, runId: each.dag_run_id, taskId: each.task_id }}
              search={each.map_index < 0 ? {} : { map: each.map_index }}
              className="timeline-row"
              title={`${each.task_id}: ${stateWord(each.state)}, waited ${formatDuration(Math.max(0, start - queued))}, ran ${formatDuration(end - start)}`}
            >
              <span className="cut">{each.task_id}</span>
              <span className="timeline-track">
                <span
                  className="timeline-wait"
                  style={{ left: at(queued), width: `${(100 * Math.max(0, start - queued)) / span}%` }}
                />
                <span
                  className="timeline-bar"
                  data-state={each.state ?? "none"}
                  style={{ left: at(start), width: `${(100 * (end - start)) / span}%` }}
                />
              </span>
            </Link>
          ))}
      </div>
    </section>
  );
}
