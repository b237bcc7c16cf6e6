import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runsQuery } from "../../api/queries/runs.ts";
import { Loaded } from "../../atoms/loaded.tsx";
import { StateMark } from "../../state/state-mark.tsx";
import { Duration } from "../../time/duration.tsx";
import { Instant } from "../../time/instant.tsx";

/** The newest runs in a state, over all Dags. */
export function RecentRuns({ state, title, empty }: { state: string; title: string; empty: string }) {
  const query = useQuery(runsQuery("~", { state, limit: 8 }));
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        <Link to="/runs" search={{ state }} className="push">
          All
        </Link>
      </div>
      <Loaded query={query} rows={3}>
        {({ dag_runs: runs }) =>
          runs.length === 0 ? (
            <p className="panel-body dim">{empty}</p>
          ) : (
            <table className="rows mini" aria-label={title}>
              <tbody>
                {runs.map((run) => (
                  <tr key={`${run.dag_id} ${run.dag_run_id}`}>
                    <td className="nowrap">
                      <StateMark bare state={run.state} />{" "}
                      <Link to="/dags/$dagId" params={{ dagId: run.dag_id }} search={{}}>
                        {run.dag_id}
                      </Link>
                    </td>
                    <td className="cut" style={{ width: "60%" }}>
                      <Link
                        to="/dags/$dagId/runs/$runId"
                        params={{ dagId: run.dag_id, runId: run.dag_run_id }}
                        search={{}}
                      >
                        {run.dag_run_id}
                      </Link>
                    </td>
                    <td className="right nowrap">
                      <Duration from={run.start_date} to={run.end_date} />
                    </td>
                    <td className="right nowrap">
                      <Instant at={run.end_date ?? run.start_date ?? run.run_after} relative />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </section>
  );
}
