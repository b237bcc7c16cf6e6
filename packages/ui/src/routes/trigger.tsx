import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { JsonObject } from "@windlass/contract/browser";
import type { ReactNode } from "react";
import { isJsonObject } from "../api/json.ts";
import { dagQuery } from "../api/queries/dags.ts";
import { Loaded } from "../atoms/loaded.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { TriggerForm } from "../features/trigger-form/trigger-form.tsx";

const route = getRouteApi("/shell/dags/$dagId/trigger");

/** Triggers a run of a Dag by hand. */
export function TriggerPage(): ReactNode {
  const { dagId } = route.useParams();
  const { conf, run_id: runId } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(dagQuery(dagId));
  useTitle(`Trigger ${dagId}`);
  return (
    <div className="page">
      <div className="page-head">
        <h1>
          Trigger{" "}
          <Link to="/dags/$dagId" params={{ dagId }} search={{}}>
            {dagId}
          </Link>
        </h1>
      </div>
      <Loaded query={query}>
        {(dag) => (
          <TriggerForm
            key={dagId}
            dag={dag}
            begin={{ conf: readConf(conf), runId }}
            onTriggered={(run) =>
              void navigate({ to: "/dags/$dagId/runs/$runId", params: { dagId, runId: run.dag_run_id }, search: {} })
            }
          />
        )}
      </Loaded>
    </div>
  );
}

function readConf(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
