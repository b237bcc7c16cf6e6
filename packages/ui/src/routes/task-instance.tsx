import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { taskInstanceQuery, taskWhyQuery } from "../api/queries/runs.ts";
import { Loaded } from "../atoms/loaded.tsx";
import { Skeleton } from "../atoms/skeleton.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { TaskFacts } from "../features/run/task-facts.tsx";
import { WhyPanel } from "../features/run/why-panel.tsx";
import { XComPanel } from "../features/run/xcom-panel.tsx";
import { StateMark } from "../state/state-mark.tsx";
import { isLive } from "../state/words.ts";
import { Duration } from "../time/duration.tsx";
import { TASK_TABS, taskSearch } from "./searches.ts";

// A tab is current by its whole search, not by the path that all of them share.
const EXACT = { exact: true };
const route = getRouteApi("/shell/dags/$dagId/runs/$runId/tasks/$taskId");
const LogView = lazy(async () => ({ default: (await import("../features/log/log-view.tsx")).LogView }));

/** One task instance: its log, XComs and facts, try by try. */
export function TaskInstancePage(): ReactNode {
  const params = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { dagId, runId, taskId } = params;
  const mapIndex = search.map ?? -1;
  const tab = search.tab ?? "log";
  const query = useQuery(taskInstanceQuery(dagId, runId, taskId, mapIndex));
  useTitle(`${taskId} · ${runId}`);
  const change = (part: { [K in keyof typeof search]?: (typeof search)[K] | undefined }, replace = true): void =>
    void navigate({
      to: "/dags/$dagId/runs/$runId/tasks/$taskId",
      params,
      search: taskSearch({ ...search, ...part }),
      replace,
    });

  return (
    <div className="page">
      <Loaded query={query}>
        {(instance) => {
          const tries = Math.max(1, instance.try_number);
          const tryNumber = Math.min(search.try ?? tries, tries);
          return (
            <>
              <div className="page-head">
                <h1 className="cut">
                  {taskId}
                  {mapIndex < 0 ? "" : ` [${instance.rendered_map_index ?? mapIndex}]`}
                </h1>
                <span role="status" aria-label="State of the task instance" aria-live="polite">
                  <StateMark state={instance.state} />
                </span>
                <span className="dim">
                  <Duration from={instance.start_date} to={instance.end_date} />
                </span>
                <span className="crumbs">
                  in
                  <Link to="/dags/$dagId/runs/$runId" params={{ dagId, runId }} search={{}}>
                    {runId}
                  </Link>
                  of
                  <Link to="/dags/$dagId" params={{ dagId }} search={{}}>
                    {dagId}
                  </Link>
                </span>
                <span className="push" />
                {tries > 1 && (
                  <SegmentedControl
                    aria-label="Try"
                    data={Array.from({ length: tries }, (_, index) => ({
                      value: String(index + 1),
                      label: `Try ${index + 1}`,
                    }))}
                    value={String(tryNumber)}
                    onChange={(value) => change({ try: Number(value), line: undefined })}
                  />
                )}
              </div>
              {isLive(instance.state) && (
                <WhyPanel query={taskWhyQuery(dagId, runId, taskId, mapIndex) as never} what="task instance" />
              )}
              <nav className="tabs" aria-label="Parts of the task instance">
                {TASK_TABS.map((each) => (
                  <Link
                    key={each}
                    to="/dags/$dagId/runs/$runId/tasks/$taskId"
                    params={params}
                    search={taskSearch({ map: search.map, try: search.try, tab: each === "log" ? undefined : each })}
                    activeOptions={EXACT}
                    aria-current={tab === each ? "page" : undefined}
                  >
                    {{ log: "Log", xcom: "XCom", details: "Details" }[each]}
                  </Link>
                ))}
              </nav>
              {tab === "log" && (
                <Suspense fallback={<Skeleton />}>
                  <LogView
                    key={`${mapIndex} ${tryNumber}`}
                    place={{ dagId, runId, taskId, mapIndex, tryNumber }}
                    search={search}
                    onSearch={change}
                    emptyText={
                      instance.start_date === null
                        ? "The task instance has not started."
                        : "The task has written nothing."
                    }
                  />
                </Suspense>
              )}
              {tab === "xcom" && <XComPanel dagId={dagId} runId={runId} taskId={taskId} mapIndex={mapIndex} />}
              {tab === "details" && <TaskFacts instance={instance} />}
            </>
          );
        }}
      </Loaded>
    </div>
  );
}
