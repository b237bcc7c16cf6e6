import { ActionIcon } from "@mantine/core";
import { IconAlertTriangle, IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { DagRow } from "../../api/types/dag.ts";
import { RunBars } from "../../atoms/run-bars.tsx";
import { StateMark } from "../../state/state-mark.tsx";
import { Instant } from "../../time/instant.tsx";
import { PauseSwitch } from "./pause-switch.tsx";
import { RowMenu } from "./row-menu.tsx";
import { ScheduleWords } from "./schedule.tsx";
import "../../atoms/run-bars.css";
import "./dag-table.css";

/** Dags, a line each. `current` is the row that the keys are at. */
export function DagTable({
  dags,
  current,
  onTag,
}: {
  dags: readonly DagRow[];
  current: number;
  onTag: (tag: string) => void;
}) {
  return (
    <div className="table-box">
      <table className="rows dag-table">
        <thead>
          <tr>
            <th scope="col" className="dag-active">
              Active
            </th>
            <th scope="col">Dag</th>
            <th scope="col">Schedule</th>
            <th scope="col">Latest run</th>
            <th scope="col">Next run</th>
            <th scope="col" className="right">
              Last 14 runs
            </th>
            <th scope="col" className="dag-owner">
              Owner
            </th>
            <th scope="col">
              <span className="sr">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {dags.map((dag, index) => (
            <Row key={dag.dag_id} dag={dag} current={index === current} onTag={onTag} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ dag, current, onTag }: { dag: DagRow; current: boolean; onTag: (tag: string) => void }) {
  const { dag_id: dagId, last_runs: runs } = dag;
  const latest = runs.at(-1);
  return (
    <tr data-current={current} id={`dag-row-${dagId}`}>
      <td className="dag-active">
        <PauseSwitch dagId={dagId} isPaused={dag.is_paused} />
      </td>
      <td className="dag-name">
        <div className="row">
          <Link
            to="/dags/$dagId"
            params={{ dagId }}
            search={{}}
            className="cut dag-link"
            title={dag.description ?? dagId}
          >
            {dag.display_name ?? dagId}
          </Link>
          {dag.has_import_errors && (
            <span className="bad" title="Its file does not load; the last version that loaded is kept">
              <IconAlertTriangle size={15} aria-label="file does not load" />
            </span>
          )}
          {dag.is_stale && (
            <span className="tag" title="The file no longer holds this Dag">
              stale
            </span>
          )}
          <span className="dag-tags">
            {dag.tags.map((tag) => (
              <button
                key={tag}
                type="button"
                className="tag"
                onClick={() => onTag(tag)}
                title={`Only Dags with the tag ${tag}`}
              >
                {tag}
              </button>
            ))}
          </span>
        </div>
      </td>
      <td className="cut dag-schedule">
        <ScheduleWords schedule={dag.schedule} />
      </td>
      <td className="nowrap">
        {latest === undefined ? (
          <span className="dim">none yet</span>
        ) : (
          <Link
            to="/dags/$dagId/runs/$runId"
            params={{ dagId, runId: latest.run_id }}
            className="row dag-latest"
            title={latest.run_id}
          >
            <StateMark state={latest.state} />
            <span className="dim">
              <Instant at={latest.start_date ?? latest.run_after} relative />
            </span>
          </Link>
        )}
      </td>
      <td className="nowrap">
        {dag.is_paused ? (
          <span className="dim">{dag.next_run_after === null ? "–" : "paused"}</span>
        ) : (
          <Instant at={dag.next_run_after} relative />
        )}
      </td>
      <td>
        <RunBars dagId={dagId} runs={runs} />
      </td>
      <td className="cut dim dag-owner">{dag.owners.join(", ")}</td>
      <td>
        <div className="row dag-actions">
          <ActionIcon
            renderRoot={(root) => <Link to="/dags/$dagId/trigger" params={{ dagId }} {...root} />}
            color="blue"
            aria-label={`Trigger ${dagId}`}
            title={
              dag.may.trigger
                ? `Trigger ${dagId}`
                : `Your roles may not trigger ${dagId}; the form says what is missing`
            }
          >
            <IconPlayerPlay size={14} />
          </ActionIcon>
          <RowMenu dag={dag} />
        </div>
      </td>
    </tr>
  );
}
