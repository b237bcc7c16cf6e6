import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { isJsonObject, jsonText } from "../../api/json.ts";
import { get } from "../../api/queries/get.ts";
import { runsQuery } from "../../api/queries/runs.ts";
import { path } from "../../api/request.ts";
import { NATIVE } from "../../api/requests/native.ts";
import { JsonView } from "../../atoms/json-view.tsx";
import { Loaded } from "../../atoms/loaded.tsx";
import type { JsonObject } from "@windlass/contract/browser";

const compareQuery = (dagId: string, left: string, right: string) =>
  get<JsonObject>(["compare", dagId, left, right], {
    path: NATIVE + path`/dags/${dagId}/runs/compare`,
    query: { left, right },
  });

/** What differed between two runs of a Dag. */
export function ComparePanel({
  dagId,
  runId,
  other,
  onOther,
}: {
  dagId: string;
  runId: string;
  other: string | undefined;
  onOther: (runId: string | null) => void;
}) {
  const { data } = useQuery(runsQuery(dagId));
  const choices = (data?.dag_runs ?? [])
    .filter((each) => each.dag_run_id !== runId)
    .map((each) => ({ value: each.dag_run_id, label: `${each.dag_run_id} (${each.state})` }));
  return (
    <section className="panel" aria-label="Comparison">
      <h2>Compare with another run</h2>
      <div className="panel-body stack">
        <Select
          label="Other run"
          data={choices}
          value={other ?? null}
          searchable
          clearable
          placeholder="choose a run"
          onChange={onOther}
          w={420}
        />
        {other !== undefined && <Differences dagId={dagId} left={runId} right={other} />}
      </div>
    </section>
  );
}

function Differences({ dagId, left, right }: { dagId: string; left: string; right: string }) {
  const query = useQuery(compareQuery(dagId, left, right));
  return (
    <Loaded query={query}>
      {(data) => {
        const list = Array.isArray(data.differences) ? data.differences.filter(isJsonObject) : undefined;
        if (list === undefined) return <JsonView value={data} label="Differences" />;
        if (list.length === 0) return <p>Both were launched alike.</p>;
        return (
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">This run</th>
                <th scope="col">The other</th>
              </tr>
            </thead>
            <tbody>
              {list.map((each, index) => (
                <tr key={index}>
                  <td>{jsonText(each.path ?? each.field ?? each.name ?? index)}</td>
                  <td>
                    <code>{JSON.stringify(each.left ?? null)}</code>
                  </td>
                  <td>
                    <code>{JSON.stringify(each.right ?? null)}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        );
      }}
    </Loaded>
  );
}
