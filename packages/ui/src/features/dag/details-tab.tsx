import { useQuery } from "@tanstack/react-query";
import { capabilitiesQuery } from "../../api/queries/dags.ts";
import type { DagDetails } from "../../api/types/dag.ts";
import { JsonView } from "../../atoms/json-view.tsx";
import { Loaded } from "../../atoms/loaded.tsx";
import { Instant } from "../../time/instant.tsx";
import { Markdown } from "../markdown/markdown.tsx";
import { timetableWords } from "../dags/schedule.tsx";
import { formParams } from "../trigger-form/param.ts";

// Lists over all Dags, accounts and settings are allowed or not whatever the Dag.
const ABOUT_A_DAG = /^(dag|dag_run|dag_source|task|task_instance|log|xcom)\.(?!list_all|edit_many|favorite)/;

/** Everything published about a Dag. */
export function DetailsTab({ dag }: { dag: DagDetails }) {
  return (
    <div className="split">
      <div className="stack">
        {(dag.doc_md !== null || dag.description !== null) && (
          <section className="panel" aria-label="Documentation">
            <h2>Documentation</h2>
            <div className="panel-body">
              <Markdown text={dag.doc_md ?? dag.description ?? ""} />
            </div>
          </section>
        )}
        <ParamTable dag={dag} />
      </div>
      <div className="stack">
        <section className="panel" aria-label="Facts">
          <h2>Facts</h2>
          <div className="panel-body">
            <dl className="facts">
              <dt>File</dt>
              <dd>
                <code>{dag.relative_fileloc ?? dag.fileloc}</code>
              </dd>
              <dt>Owners</dt>
              <dd>{dag.owners.join(", ")}</dd>
              <dt>Schedule</dt>
              <dd>
                {timetableWords(dag)} {dag.timetable_summary === null ? null : <code>{dag.timetable_summary}</code>}
              </dd>
              <dt>Time zone</dt>
              <dd>{dag.timezone ?? "UTC"}</dd>
              <dt>Start date</dt>
              <dd>
                <Instant at={dag.start_date} none="none" />
              </dd>
              <dt>End date</dt>
              <dd>
                <Instant at={dag.end_date} none="none" />
              </dd>
              <dt>Catchup</dt>
              <dd>{dag.catchup ? "yes" : "no"}</dd>
              <dt>Active runs at most</dt>
              <dd>{dag.max_active_runs ?? "no bound"}</dd>
              <dt>Active tasks at most</dt>
              <dd>{dag.max_active_tasks}</dd>
              <dt>Version</dt>
              <dd>{dag.latest_dag_version?.version_number ?? "–"}</dd>
              <dt>Last parsed</dt>
              <dd>
                <Instant at={dag.last_parsed_time} />
              </dd>
            </dl>
          </div>
        </section>
        <Access dagId={dag.dag_id} />
      </div>
    </div>
  );
}

function ParamTable({ dag }: { dag: DagDetails }) {
  const params = formParams(dag.params);
  return (
    <section className="panel" aria-label="Params">
      <h2>Params</h2>
      {params.length === 0 ? (
        <p className="panel-body dim">This Dag declares none.</p>
      ) : (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Default</th>
              <th scope="col">Schema</th>
            </tr>
          </thead>
          <tbody>
            {params.map((param) => (
              <tr key={param.name}>
                <td>
                  <strong>{param.name}</strong>
                  <div className="dim">{param.description}</div>
                </td>
                <td>
                  {param.required ? (
                    <span className="tag">required</span>
                  ) : (
                    <code>{JSON.stringify(param.default)}</code>
                  )}
                </td>
                <td>
                  <code style={{ overflowWrap: "anywhere" }}>{JSON.stringify(param.schema)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Access({ dagId }: { dagId: string }) {
  const query = useQuery({ ...capabilitiesQuery(dagId), retry: false });
  return (
    <section className="panel" aria-label="What you may do">
      <h2>What you may do</h2>
      <Loaded query={query} rows={4}>
        {({ actions }) =>
          typeof actions !== "object" ? (
            <JsonView value={actions} />
          ) : (
            <table className="rows">
              <tbody>
                {Object.entries(actions)
                  .filter(([name]) => ABOUT_A_DAG.test(name))
                  .map(([name, { allowed, missing, roles }]) => (
                    <tr key={name}>
                      <td>
                        <code>{name}</code>
                      </td>
                      <td className="nowrap">
                        {allowed ? <span className="good">allowed</span> : <span className="bad">not allowed</span>}
                      </td>
                      <td className="dim">
                        {!allowed && (
                          <>
                            {missing?.join(", ")}
                            {roles !== undefined && roles.length > 0 && ` (roles: ${roles.join(", ")})`}
                          </>
                        )}
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
