import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { RUN_STATES, RUN_TYPES } from "@windlass/contract/browser";
import { runsQuery } from "../../api/queries/runs.ts";
import { Loaded } from "../../atoms/loaded.tsx";
import { Pager } from "../../atoms/pager.tsx";
import { stateWord } from "../../state/words.ts";
import { useRowKeys } from "../dags/use-row-keys.ts";
import { RunTable } from "./run-table.tsx";

const SIZE = 50;

/** What of a list of runs stands in the URL. */
export interface RunListSearch {
  readonly state?: string;
  readonly type?: string;
  readonly page?: number;
}

/** Runs of one Dag (`~`: of all), filtered by the server. */
export function RunList({
  dagId,
  search,
  onSearch,
}: {
  dagId: string;
  search: RunListSearch;
  onSearch: (change: { [K in keyof RunListSearch]?: RunListSearch[K] | undefined }) => void;
}) {
  const page = search.page ?? 0;
  const query = useQuery(
    runsQuery(dagId, { state: search.state, runType: search.type, limit: SIZE, offset: page * SIZE }),
  );
  const navigate = useNavigate();
  const runs = query.data?.dag_runs ?? [];
  const current = useRowKeys(runs.length, {
    elementId: (index) => `run-${runs[index]?.dag_id ?? ""}-${runs[index]?.dag_run_id ?? ""}`,
    open(index) {
      const run = runs[index];
      if (run !== undefined)
        void navigate({
          to: "/dags/$dagId/runs/$runId",
          params: { dagId: run.dag_id, runId: run.dag_run_id },
          search: {},
        });
    },
  });
  return (
    <>
      <div className="row wrap">
        <Select
          aria-label="State"
          placeholder="Any state"
          w={130}
          clearable
          data={RUN_STATES.map((value) => ({ value, label: stateWord(value) }))}
          value={search.state ?? null}
          onChange={(state) => onSearch({ state: state ?? undefined, page: undefined })}
        />
        <Select
          aria-label="Run type"
          placeholder="Any type"
          w={150}
          clearable
          data={RUN_TYPES.map((value) => ({ value, label: value.replaceAll("_", " ") }))}
          value={search.type ?? null}
          onChange={(type) => onSearch({ type: type ?? undefined, page: undefined })}
        />
        {query.data !== undefined && <span className="dim number">{query.data.total_entries} runs</span>}
        <span className="push" />
        <Pager
          page={page}
          size={SIZE}
          total={query.data?.total_entries ?? 0}
          onPage={(next) => onSearch({ page: next })}
        />
      </div>
      <Loaded query={query} rows={12}>
        {(data) => <RunTable runs={data.dag_runs} current={current} withDag={dagId === "~"} />}
      </Loaded>
    </>
  );
}
