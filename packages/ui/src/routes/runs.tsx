import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { SearchField } from "../atoms/search-field.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { RunList } from "../features/dag/run-list.tsx";
import { runsSearch } from "./searches.ts";

const route = getRouteApi("/shell/runs");

/** Runs of all Dags, or of the one named. */
export function RunsPage(): ReactNode {
  useTitle("Dag runs");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (part: { [K in keyof typeof search]?: (typeof search)[K] | undefined }): void =>
    void navigate({ to: "/runs", search: runsSearch({ ...search, ...part }), replace: true });
  return (
    <div className="page">
      <div className="page-head">
        <h1>Dag runs</h1>
        <SearchField
          label="Dag id, whole"
          value={search.dag ?? ""}
          onChange={(dag) => change({ dag, page: undefined })}
          width={200}
        />
      </div>
      <RunList dagId={search.dag ?? "~"} search={search} onSearch={change} />
    </div>
  );
}
