import { Link } from "@tanstack/react-router";
import type { DagRun } from "../../api/types/run.ts";
import { JsonView } from "../../atoms/json-view.tsx";
import { Duration } from "../../time/duration.tsx";
import { Instant } from "../../time/instant.tsx";
import { RunNote } from "./run-note.tsx";

/** What is known about a run. */
export function RunFacts({ run }: { run: DagRun }) {
  const version = run.dag_versions?.at(-1)?.version_number;
  return (
    <section className="panel" aria-label="Facts of the run">
      <h2>Run</h2>
      <div className="panel-body">
        <dl className="facts">
          <dt>Type</dt>
          <dd>{run.run_type}</dd>
          <dt>Triggered by</dt>
          <dd>
            {run.triggering_user_name ?? "–"}{" "}
            {run.triggered_by === null ? "" : <span className="dim">through {run.triggered_by}</span>}
          </dd>
          <dt>Logical date</dt>
          <dd>
            <Instant at={run.logical_date} none="none" />
          </dd>
          <dt>Run after</dt>
          <dd>
            <Instant at={run.run_after} />
          </dd>
          <dt>Queued</dt>
          <dd>
            <Instant at={run.queued_at} />
          </dd>
          <dt>Start</dt>
          <dd>
            <Instant at={run.start_date} />
          </dd>
          <dt>End</dt>
          <dd>
            <Instant at={run.end_date} />
          </dd>
          <dt>Duration</dt>
          <dd>
            <Duration from={run.start_date} to={run.end_date} />
          </dd>
          {run.data_interval_start !== null && (
            <>
              <dt>Data interval</dt>
              <dd>
                <Instant at={run.data_interval_start} /> – <Instant at={run.data_interval_end} />
              </dd>
            </>
          )}
          {version !== undefined && (
            <>
              <dt>Dag version</dt>
              <dd>
                <Link to="/dags/$dagId" params={{ dagId: run.dag_id }} search={{ tab: "tasks" }}>
                  {version}
                </Link>
              </dd>
            </>
          )}
          <dt>Note</dt>
          <dd>
            <RunNote run={run} />
          </dd>
          <dt>Conf</dt>
          <dd>
            {run.conf === null || Object.keys(run.conf).length === 0 ? (
              <span className="dim">empty</span>
            ) : (
              <JsonView value={run.conf} label="Conf" />
            )}
          </dd>
        </dl>
      </div>
    </section>
  );
}
