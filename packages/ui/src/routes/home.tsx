import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { importErrorsQuery } from "../api/queries/dags.ts";
import { refusedQuery } from "../api/queries/refused.ts";
import { runsQuery } from "../api/queries/runs.ts";
import { useTitle } from "../atoms/use-title.ts";
import { BrokenFiles } from "../features/dags/broken-files.tsx";
import { HealthPanel } from "../features/home/health-panel.tsx";
import { PoolPanel } from "../features/home/pool-panel.tsx";
import { RecentRuns } from "../features/home/recent-runs.tsx";
import "../features/home/home.css";

/** What needs attention now. */
export function HomePage(): ReactNode {
  useTitle("Home");
  return (
    <div className="page">
      <div className="page-head">
        <h1>Home</h1>
      </div>
      <div className="tiles">
        <RunTile state="failed" name="Failed runs" />
        <RunTile state="running" name="Running" />
        <RunTile state="queued" name="Queued" />
        <ImportErrorTile />
        <RefusedTile />
      </div>
      <BrokenFiles />
      <div className="split">
        <div className="stack">
          <RecentRuns state="failed" title="Failed last" empty="No run has failed." />
          <RecentRuns state="running" title="Running now" empty="Nothing is running." />
          <RecentRuns state="queued" title="Queued" empty="Nothing waits." />
        </div>
        <div className="stack">
          <HealthPanel />
          <PoolPanel />
        </div>
      </div>
    </div>
  );
}

function RunTile({ state, name }: { state: string; name: string }) {
  const { data } = useQuery(runsQuery("~", { state, limit: 8 }));
  return (
    <Link to="/runs" search={{ state }} className="tile">
      <span className="state-glyph" data-state={state} aria-hidden="true" />
      <span className="tile-number number">{data?.total_entries ?? "…"}</span>
      <span>{name}</span>
    </Link>
  );
}

function ImportErrorTile() {
  const { data } = useQuery(importErrorsQuery());
  const total = data?.total_entries;
  return (
    <Link to="/dags" search={total === 0 || total === undefined ? {} : { errors: true }} className="tile">
      <span className="tile-number number">{total ?? "…"}</span>
      <span>Files that do not load</span>
    </Link>
  );
}

function RefusedTile() {
  const since = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 86_400_000).toISOString();
  const { data } = useQuery(refusedQuery({ since, limit: 1 }));
  return (
    <Link to="/refused" search={{ since: "day" }} className="tile">
      <span className="tile-number number">{data?.total_entries ?? "…"}</span>
      <span>Refused in 24 h</span>
    </Link>
  );
}
