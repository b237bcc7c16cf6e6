import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { runQuery, runWhyQuery, taskInstancesQuery } from "../api/queries/runs.ts";
import { Loaded } from "../atoms/loaded.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { ComparePanel } from "../features/run/compare-panel.tsx";
import { LaunchPanel } from "../features/run/launch-panel.tsx";
import { RunActions } from "../features/run/run-actions.tsx";
import { RunFacts } from "../features/run/run-facts.tsx";
import { TaskInstances } from "../features/run/task-instances.tsx";
import { Timeline } from "../features/run/timeline.tsx";
import { WhyPanel } from "../features/run/why-panel.tsx";
import { StateMark } from "../state/state-mark.tsx";
import { Duration } from "../time/duration.tsx";
import { isLive } from "../state/words.ts";

// A tab is current by its whole search, not by the path that all of them share.
const EXACT = { exact: true };
const route = getRouteApi("/shell/dags/$dagId/runs/$runId");

/** One run, live. */
export function RunPage(): ReactNode {
  const { dagId, runId } = route.useParams();
  const { tab = "tasks", with: other } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(runQuery(dagId, runId));
  const instances = useQuery(taskInstancesQuery(dagId, runId));
  useTitle(`${query.data === undefined ? "" : `${query.data.state} · `}${runId}`);
  const params = { dagId, runId };

  return (
    <div className="page">
      <Loaded query={query}>
        {(run) => (
          <>
            <div className="page-head">
              <h1 className="cut">{runId}</h1>
              <span role="status" aria-label="State of the run" aria-live="polite">
                <StateMark state={run.state} />
              </span>
              <span className="dim">
                <Duration from={run.start_date} to={run.end_date} />
              </span>
              <span className="crumbs">
                run of
                <Link to="/dags/$dagId" params={{ dagId }} search={{}}>
                  {dagId}
                </Link>
              </span>
              <span className="push" />
              <RunActions
                run={run}
                onDeleted={() => void navigate({ to: "/dags/$dagId", params: { dagId }, search: { tab: "runs" } })}
              />
            </div>
            {isLive(run.state) && <WhyPanel query={runWhyQuery(dagId, runId) as never} what="run" />}
            <nav className="tabs" aria-label="Parts of the run">
              {(["tasks", "launch", "compare"] as const).map((each) => (
                <Link
                  key={each}
                  to="/dags/$dagId/runs/$runId"
                  params={params}
                  search={each === "tasks" ? {} : { tab: each }}
                  activeOptions={EXACT}
                  aria-current={tab === each ? "page" : undefined}
                >
                  {{ tasks: "Task instances", launch: "Launch context", compare: "Compare" }[each]}
                </Link>
              ))}
            </nav>
            {tab === "tasks" && (
              <div className="split">
                <div className="stack">
                  <Loaded query={instances}>{(data) => <TaskInstances instances={data.task_instances} />}</Loaded>
                  {instances.data !== undefined && <Timeline instances={instances.data.task_instances} />}
                </div>
                <RunFacts run={run} />
              </div>
            )}
            {tab === "launch" && <LaunchPanel dagId={dagId} runId={runId} />}
            {tab === "compare" && (
              <ComparePanel
                dagId={dagId}
                runId={runId}
                other={other}
                onOther={(next) =>
                  void navigate({
                    to: "/dags/$dagId/runs/$runId",
                    params,
                    search: { tab: "compare", ...(next === null ? {} : { with: next }) },
                  })
                }
              />
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}
