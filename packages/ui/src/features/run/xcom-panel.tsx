import { useQuery } from "@tanstack/react-query";
import { xcomQuery, xcomsQuery } from "../../api/queries/runs.ts";
import { Empty } from "../../atoms/empty.tsx";
import { JsonView } from "../../atoms/json-view.tsx";
import { Loaded } from "../../atoms/loaded.tsx";
import { Instant } from "../../time/instant.tsx";

/** What a task instance left for others. */
export function XComPanel({
  dagId,
  runId,
  taskId,
  mapIndex,
}: {
  dagId: string;
  runId: string;
  taskId: string;
  mapIndex: number;
}) {
  const query = useQuery(xcomsQuery(dagId, runId, taskId, mapIndex));
  return (
    <Loaded query={query} rows={3}>
      {({ xcom_entries: entries }) =>
        entries.length === 0 ? (
          <Empty title="No XCom">A task's return value appears here as return_value.</Empty>
        ) : (
          <div className="stack">
            {entries.map(({ key, timestamp }) => (
              <section key={key} className="panel">
                <h2 className="row">
                  <code>{key}</code>
                  <span className="dim push">
                    <Instant at={timestamp} />
                  </span>
                </h2>
                <div className="panel-body">
                  <Value dagId={dagId} runId={runId} taskId={taskId} mapIndex={mapIndex} name={key} />
                </div>
              </section>
            ))}
          </div>
        )
      }
    </Loaded>
  );
}

function Value({
  dagId,
  runId,
  taskId,
  mapIndex,
  name,
}: {
  dagId: string;
  runId: string;
  taskId: string;
  mapIndex: number;
  name: string;
}) {
  const query = useQuery(xcomQuery(dagId, runId, taskId, mapIndex, name));
  return (
    <Loaded query={query} rows={1}>
      {({ value }) => <JsonView value={value} label={name} />}
    </Loaded>
  );
}
