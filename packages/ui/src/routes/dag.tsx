import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { dagQuery } from "../api/queries/dags.ts";
import { pauseDag } from "../api/requests/dag.ts";
import { CopyAs } from "../atoms/copy-as.tsx";
import { Loaded } from "../atoms/loaded.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { CodeTab } from "../features/dag/code-tab.tsx";
import { DetailsTab } from "../features/dag/details-tab.tsx";
import { GridTab } from "../features/dag/grid-tab.tsx";
import { RunList } from "../features/dag/run-list.tsx";
import { TasksTab } from "../features/dag/tasks-tab.tsx";
import { PauseSwitch } from "../features/dags/pause-switch.tsx";
import { timetableWords } from "../features/dags/schedule.tsx";
import { useKeys } from "../shell/use-keys.ts";
import { Instant } from "../time/instant.tsx";
import { DAG_TABS, dagSearch } from "./searches.ts";

// A tab is current by its whole search, not by the path that all of them share.
const EXACT = { exact: true };
const route = getRouteApi("/shell/dags/$dagId");
const NAMES = { grid: "Grid", runs: "Runs", tasks: "Tasks", code: "Code", details: "Details" } as const;

/** One Dag. */
export function DagPage(): ReactNode {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? "grid";
  const query = useQuery(dagQuery(dagId));
  useTitle(dagId);
  const change = (part: { [K in keyof typeof search]?: (typeof search)[K] | undefined }): void =>
    void navigate({ to: "/dags/$dagId", params: { dagId }, search: dagSearch({ ...search, ...part }), replace: true });
  useKeys({
    t: () => void navigate({ to: "/dags/$dagId/trigger", params: { dagId }, search: {} }),
    ...Object.fromEntries(
      DAG_TABS.map((each, index) => [
        String(index + 1),
        () => void navigate({ to: "/dags/$dagId", params: { dagId }, search: { tab: each } }),
      ]),
    ),
  });

  return (
    <div className="page">
      <Loaded query={query}>
        {(dag) => (
          <>
            <div className="page-head">
              <PauseSwitch dagId={dagId} isPaused={dag.is_paused} />
              <h1 className="cut">{dag.dag_display_name}</h1>
              {dag.is_paused && <span className="tag">paused</span>}
              {dag.tags.map(({ name }) => (
                <Link key={name} to="/dags" search={{ tags: [name] }} className="tag">
                  {name}
                </Link>
              ))}
              <span className="dim">
                {timetableWords(dag)}
                {dag.next_dagrun_run_after !== null && !dag.is_paused && (
                  <>
                    {" "}
                    · next <Instant at={dag.next_dagrun_run_after} relative />
                  </>
                )}
                {dag.latest_dag_version !== null && <> · version {dag.latest_dag_version.version_number}</>}
              </span>
              <span className="push" />
              <CopyAs
                requests={() => [pauseDag(dagId, !dag.is_paused)]}
                what={`${dag.is_paused ? "unpause" : "pause"} ${dagId}`}
              />
              <Button
                leftSection={<IconPlayerPlay size={14} aria-hidden />}
                renderRoot={(root) => <Link to="/dags/$dagId/trigger" params={{ dagId }} {...root} />}
              >
                Trigger
              </Button>
            </div>
            {dag.has_import_errors && (
              <div className="notice" data-tone="danger">
                The file of this Dag does not load; the last version that loaded is kept.{" "}
                <Link to="/dags" search={{ errors: true }}>
                  The error, with file and line
                </Link>
              </div>
            )}
            <nav className="tabs" aria-label="Parts of the Dag">
              {DAG_TABS.map((each) => (
                <Link
                  key={each}
                  to="/dags/$dagId"
                  params={{ dagId }}
                  search={each === "grid" ? {} : { tab: each }}
                  activeOptions={EXACT}
                  aria-current={tab === each ? "page" : undefined}
                >
                  {NAMES[each]}
                </Link>
              ))}
            </nav>
            {tab === "grid" && (
              <GridTab
                dagId={dagId}
                limit={search.limit ?? 25}
                onLimit={(limit) => change({ limit: limit === 25 ? undefined : limit })}
              />
            )}
            {tab === "runs" && <RunList dagId={dagId} search={search} onSearch={change} />}
            {tab === "tasks" && <TasksTab dagId={dagId} task={search.task} />}
            {tab === "code" && <CodeTab dagId={dagId} file={dag.relative_fileloc ?? dag.fileloc} />}
            {tab === "details" && <DetailsTab dag={dag} />}
          </>
        )}
      </Loaded>
    </div>
  );
}
