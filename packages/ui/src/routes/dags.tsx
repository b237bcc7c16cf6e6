import { MultiSelect, SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, type ReactNode } from "react";
import { dagsQuery, tagsQuery } from "../api/queries/dags.ts";
import { Empty } from "../atoms/empty.tsx";
import { Loaded } from "../atoms/loaded.tsx";
import { Pager } from "../atoms/pager.tsx";
import { SearchField } from "../atoms/search-field.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { dagsSearch } from "./searches.ts";
import { BrokenFiles } from "../features/dags/broken-files.tsx";
import { DagTable } from "../features/dags/dag-table.tsx";
import { useRowKeys } from "../features/dags/use-row-keys.ts";

const route = getRouteApi("/shell/dags");
const SIZE = 100;

/** All Dags: a dense table, filtered by the server. */
export function DagsPage(): ReactNode {
  useTitle("Dags");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const page = search.page ?? 0;
  const query = useQuery(
    dagsQuery({
      search: search.search,
      tags: search.tags,
      paused: search.paused,
      hasErrors: search.errors,
      orderBy: search.order,
      limit: SIZE,
      offset: page * SIZE,
    }),
  );
  const { data: tags } = useQuery(tagsQuery());
  const dags = query.data?.dags ?? [];
  const current = useRowKeys(dags.length, {
    elementId: (index) => `dag-row-${dags[index]?.dag_id ?? ""}`,
    open: (index) => void navigate({ to: "/dags/$dagId", params: { dagId: dags[index]?.dag_id ?? "" }, search: {} }),
    more: {
      t: (index) =>
        void navigate({ to: "/dags/$dagId/trigger", params: { dagId: dags[index]?.dag_id ?? "" }, search: {} }),
    },
  });
  const change = useCallback(
    (part: Changes) =>
      void navigate({ to: "/dags", search: merged(search, { page: undefined, ...part }), replace: true }),
    [navigate, search],
  );
  const onSearch = useCallback((text: string) => change({ search: text }), [change]);

  const filtered =
    search.search !== undefined ||
    search.tags !== undefined ||
    search.paused !== undefined ||
    search.errors !== undefined;
  return (
    <div className="page">
      <div className="page-head">
        <h1>Dags</h1>
        {query.data !== undefined && <span className="count">{query.data.total_entries}</span>}
        <SearchField label="Search Dags" value={search.search ?? ""} onChange={onSearch} />
        <SegmentedControl
          aria-label="Active or paused"
          data={[
            { value: "all", label: "All" },
            { value: "active", label: "Active" },
            { value: "paused", label: "Paused" },
          ]}
          value={search.paused === undefined ? "all" : search.paused ? "paused" : "active"}
          onChange={(value) => change({ paused: value === "all" ? undefined : value === "paused" })}
        />
        <MultiSelect
          aria-label="Tags"
          placeholder={search.tags === undefined ? "Any tag" : ""}
          w={190}
          data={[...new Set([...(tags?.tags ?? []), ...(search.tags ?? [])])]}
          value={[...(search.tags ?? [])]}
          onChange={(value) => change({ tags: value })}
          clearable
          searchable
        />
        <span className="push" />
        <Select
          aria-label="Order"
          w={160}
          data={[
            { value: "dag_id", label: "By name" },
            { value: "-dag_id", label: "By name, reversed" },
            { value: "next_run_after", label: "By next run" },
          ]}
          allowDeselect={false}
          value={search.order ?? "dag_id"}
          onChange={(value) => change({ order: value === "dag_id" || value === null ? undefined : value })}
        />
      </div>
      <BrokenFiles />
      <Loaded query={query} rows={25}>
        {(data) =>
          data.dags.length === 0 ? (
            <Empty title={filtered ? "No Dag fits these filters" : "There is no Dag yet"}>
              {filtered
                ? "Loosen the filters above."
                : "Put a file that makes a Dag into the Dags folder; it appears here within seconds."}
            </Empty>
          ) : (
            <DagTable dags={data.dags} current={current} onTag={(tag) => change({ tags: [tag] })} />
          )
        }
      </Loaded>
      <Pager
        page={page}
        size={SIZE}
        total={query.data?.total_entries ?? 0}
        onPage={(next) => void navigate({ to: "/dags", search: merged(search, { page: next }) })}
      />
    </div>
  );
}

type Search = ReturnType<typeof dagsSearch>;
type Changes = { [K in keyof Search]?: Search[K] | undefined };

function merged(search: Search, changes: Changes): Search {
  return dagsSearch({ ...search, ...changes });
}
