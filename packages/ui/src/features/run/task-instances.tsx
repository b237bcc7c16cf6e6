import { Link } from "@tanstack/react-router";
import type { TaskInstance } from "../../api/types/run.ts";
import { Empty } from "../../atoms/empty.tsx";
import { StateMark } from "../../state/state-mark.tsx";
import { Duration } from "../../time/duration.tsx";
import { Instant } from "../../time/instant.tsx";

/** Task instances of a run, a line each, in the order in which they began. */
export function TaskInstances({ instances }: { instances: readonly TaskInstance[] }) {
  if (instances.length === 0)
    return <Empty title="No task instances">The Dag's version of this run has no tasks.</Empty>;
  return (
    <div className="table-box">
      <table className="rows" aria-label="Task instances">
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">State</th>
            <th scope="col">Start</th>
            <th scope="col" className="right">
              Duration
            </th>
            <th scope="col" className="right">
              Try
            </th>
            <th scope="col">Operator</th>
            <th scope="col">Pool</th>
            <th scope="col">
              <span className="sr">Links</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[...instances].sort(byStart).map((each) => {
            const params = { dagId: each.dag_id, runId: each.dag_run_id, taskId: each.task_id };
            const map = each.map_index < 0 ? {} : { map: each.map_index };
            return (
              <tr key={`${each.task_id} ${each.map_index}`}>
                <td>
                  <Link to="/dags/$dagId/runs/$runId/tasks/$taskId" params={params} search={map}>
                    {each.task_id}
                    {each.map_index < 0 ? "" : ` [${each.rendered_map_index ?? each.map_index}]`}
                  </Link>
                </td>
                <td>
                  <StateMark state={each.state} />
                </td>
                <td>
                  <Instant at={each.start_date} />
                </td>
                <td className="right">
                  <Duration from={each.start_date} to={each.end_date} />
                </td>
                <td className="right number">
                  {each.try_number}
                  {each.max_tries > 0 && <span className="dim"> of {each.max_tries + 1}</span>}
                </td>
                <td className="dim">{each.operator}</td>
                <td className="dim">{each.pool}</td>
                <td className="right">
                  <Link
                    to="/dags/$dagId/runs/$runId/tasks/$taskId"
                    params={params}
                    search={{ ...map, tab: "log" }}
                    aria-label={`Log of ${each.task_id}`}
                  >
                    Log
                  </Link>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

// Instants are canonical texts, so their order is that of time; what has not begun comes last.
function byStart(a: TaskInstance, b: TaskInstance): number {
  const [first, second] = [a.start_date ?? "~", b.start_date ?? "~"];
  return first < second ? -1 : first > second ? 1 : a.task_id.localeCompare(b.task_id) || a.map_index - b.map_index;
}
