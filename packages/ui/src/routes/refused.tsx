import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useCallback } from "react";
import { meQuery } from "../api/queries/account.ts";
import { refusedQuery } from "../api/queries/refused.ts";
import { Empty } from "../atoms/empty.tsx";
import { Loaded } from "../atoms/loaded.tsx";
import { Pager } from "../atoms/pager.tsx";
import { SearchField } from "../atoms/search-field.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { useRowKeys } from "../features/dags/use-row-keys.ts";
import { RefusedDrawer } from "../features/refused/refused-drawer.tsx";
import { RefusedTable } from "../features/refused/refused-table.tsx";
import { refusedSearch } from "./searches.ts";

// A tab is current by its whole search, not by the path that all of them share.
const EXACT = { exact: true };
const route = getRouteApi("/shell/refused");
const SIZE = 100;
const SPANS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

/** What was refused, to whom, why, and how to mend it: one's own, and everybody's for those who may read the audit log. */
export function RefusedPage(): ReactNode {
  useTitle("Refused requests");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: me } = useQuery(meQuery());
  const page = search.page ?? 0;
  const query = useQuery(
    refusedQuery({
      code: search.code,
      account: search.account,
      dagId: search.dag,
      since: sinceOf(search.since),
      limit: SIZE,
      offset: page * SIZE,
    }),
  );
  const change = useCallback(
    (part: { [K in keyof typeof search]?: (typeof search)[K] | undefined }) =>
      void navigate({ to: "/refused", search: refusedSearch({ ...search, page: undefined, ...part }), replace: true }),
    [navigate, search],
  );
  const onAccount = useCallback((account: string) => change({ account }), [change]);
  const onDag = useCallback((dag: string) => change({ dag }), [change]);
  const refusals = query.data?.refusals ?? [];
  const current = useRowKeys(refusals.length, {
    elementId: (index) => `refused-${refusals[index]?.request_id ?? ""}`,
    open: (index) => change({ id: refusals[index]?.request_id, page: search.page }),
  });
  const everybody = me?.permissions.includes("can_read on Audit Logs") === true;

  return (
    <div className="page">
      <div className="page-head">
        <h1>Refused requests</h1>
        {query.data !== undefined && <span className="count">{query.data.total_entries}</span>}
        {everybody && <SearchField label="Account" value={search.account ?? ""} onChange={onAccount} width={150} />}
        <SearchField label="Dag id" value={search.dag ?? ""} onChange={onDag} width={170} />
        <Select
          aria-label="Since"
          w={140}
          data={[
            { value: "all", label: "All kept" },
            { value: "hour", label: "Last hour" },
            { value: "day", label: "Last day" },
            { value: "week", label: "Last week" },
          ]}
          allowDeselect={false}
          value={search.since ?? "all"}
          onChange={(since) => change({ since: since === "all" || since === null ? undefined : since })}
        />
        <span className="push dim">{everybody ? "of everybody" : "your own"}</span>
      </div>
      {(query.data?.by_code.length ?? 0) > 0 && (
        <nav className="code-counts" aria-label="Causes">
          {query.data?.by_code.map(({ code, count }) => (
            <Link
              key={code}
              to="/refused"
              search={refusedSearch({ ...search, page: undefined, code: search.code === code ? undefined : code })}
              className="code-count"
              activeOptions={EXACT}
              aria-current={search.code === code ? "true" : undefined}
            >
              <code>{code}</code>
              <span className="count">{count}</span>
            </Link>
          ))}
          {search.code !== undefined && (
            <Link to="/refused" search={refusedSearch({ ...search, code: undefined })}>
              all causes
            </Link>
          )}
        </nav>
      )}
      <Loaded query={query} rows={12}>
        {(data) =>
          data.refusals.length === 0 ? (
            <Empty title="Nothing was refused">
              Whatever the API or this page refuses stands here with its reason and how to mend it.
            </Empty>
          ) : (
            <RefusedTable refusals={data.refusals} search={search} current={current} />
          )
        }
      </Loaded>
      <Pager page={page} size={SIZE} total={query.data?.total_entries ?? 0} onPage={(next) => change({ page: next })} />
      <RefusedDrawer requestId={search.id} onClose={() => change({ id: undefined, page: search.page })} />
    </div>
  );
}

// Whole minutes, so that the query's key stands still while one looks.
function sinceOf(span: string | undefined): string | undefined {
  if (span === undefined || !(span in SPANS)) return span;
  const millis = Math.floor(Date.now() / 60_000) * 60_000 - SPANS[span as keyof typeof SPANS];
  return new Date(millis).toISOString();
}
