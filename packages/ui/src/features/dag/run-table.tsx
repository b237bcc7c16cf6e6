import { Link } from "@tanstack/react-router";
import type { DagRun } from "../../api/types/run.ts";
import { Empty } from "../../atoms/empty.tsx";
import { StateMark } from "../../state/state-mark.tsx";
import { Duration } from "../../time/duration.tsx";
import { Instant } from "../../time/instant.tsx";

/** Runs, a line each, newest first. */
export function RunTable({
  runs,
  current = -1,
  withDag,
}: {
  runs: readonly DagRun[];
  current?: number;
  withDag: boolean;
}) {
  if (runs.length === 0) return <Empty title="No run fits">Runs appear here as soon as they are created.</Empty>;
  return (
    <div className="table-box">
      <table className="rows" aria-label="Dag runs">
        <thead>
          <tr>
            {withDag && <th scope="col">Dag</th>}
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Type</th>
            <th scope="col">Run after</th>
            <th scope="col">Start</th>
            <th scope="col" className="right">
              Duration
            </th>
            <th scope="col">By</th>
            <th scope="col">Conf</th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run, index) => (
            <tr
              key={`${run.dag_id} ${run.dag_run_id}`}
              id={`run-${run.dag_id}-${run.dag_run_id}`}
              data-current={index === current}
            >
              {withDag && (
                <td>
                  <Link to="/dags/$dagId" params={{ dagId: run.dag_id }} search={{}}>
                    {run.dag_id}
                  </Link>
                </td>
              )}
              <td className="cut" style={{ minWidth: 240 }}>
                <Link
                  to="/dags/$dagId/runs/$runId"
                  params={{ dagId: run.dag_id, runId: run.dag_run_id }}
                  search={{}}
                  title={run.dag_run_id}
                >
                  {run.dag_run_id}
                </Link>
              </td>
              <td>
                <StateMark state={run.state} />
              </td>
              <td className="dim">{run.run_type}</td>
              <td>
                <Instant at={run.run_after} />
              </td>
              <td>
                <Instant at={run.start_date} relative />
              </td>
              <td className="right">
                <Duration from={run.start_date} to={run.end_date} />
              </td>
              <td className="dim nowrap">{run.triggering_user_name ?? run.triggered_by}</td>
              <td className="cut" style={{ width: "14%" }}>
                {run.conf === null || Object.keys(run.conf).length === 0 ? (
                  ""
                ) : (
                  <code title={JSON.stringify(run.conf, null, 2)}>{JSON.stringify(run.conf)}</code>
                )}
              </td>
              <td className="cut dim" style={{ width: "12%" }} title={run.note ?? ""}>
                {run.note}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
