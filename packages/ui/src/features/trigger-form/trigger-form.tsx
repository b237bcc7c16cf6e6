import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { JsonObject } from "@windlass/contract/browser";
import { type FormEvent as SubmitEvent, type KeyboardEvent, useMemo, useReducer, useState } from "react";
import type { Refusal } from "../../api/refusal.ts";
import type { ApiRequest } from "../../api/request.ts";
import { pauseDag } from "../../api/requests/dag.ts";
import { triggerRun } from "../../api/requests/run.ts";
import type { DagDetails } from "../../api/types/dag.ts";
import type { DagRun } from "../../api/types/run.ts";
import { useAction } from "../../api/use-action.ts";
import { RefusalNotice } from "../../atoms/refusal-notice.tsx";
import { RequestPreview } from "../../atoms/request-preview.tsx";
import { checkQuery, paramAt } from "./check-query.ts";
import { formReducer } from "./form-state.ts";
import { formParams, initialConf } from "./param.ts";
import { ParamsPart } from "./params-part.tsx";
import { RunPart } from "./run-part.tsx";
import { useLater } from "./use-later.ts";
import { validateConf } from "./validate.ts";
import { VerdictNotice } from "./verdict-notice.tsx";
import "./trigger-form.css";

const PAUSE_MS = 350;

/** The trigger form: fields from the Dag's params, the server's verdict while one types, and the very request that the button sends. */
export function TriggerForm({
  dag,
  begin,
  onTriggered,
}: {
  dag: DagDetails;
  begin: { readonly conf?: JsonObject | undefined; readonly runId?: string | undefined };
  onTriggered: (run: DagRun) => void;
}) {
  const dagId = dag.dag_id;
  const params = useMemo(() => formParams(dag.params), [dag.params]);
  const [state, dispatch] = useReducer(formReducer, null, () => ({
    conf: { ...initialConf(params), ...begin.conf },
    drafts: {},
    json: params.length === 0 && begin.conf !== undefined ? JSON.stringify(begin.conf, null, 2) : null,
    jsonProblem: null,
    runId: begin.runId ?? "",
    logicalDate: "",
    note: "",
    unpause: false,
  }));
  const [tried, setTried] = useState(false);
  const action = useAction([["dags"], ["runs"], ["grid", dagId], ["dag", dagId]]);

  const { conf, runId, logicalDate, note, unpause } = state;
  const request = useMemo(
    () => triggerRun({ dagId, conf, runId, logicalDate, note }),
    [dagId, conf, runId, logicalDate, note],
  );
  const requests: readonly ApiRequest[] = dag.is_paused && unpause ? [pauseDag(dagId, false), request] : [request];
  const asked = useLater(request, PAUSE_MS);
  const { data: verdict } = useQuery({ ...checkQuery(asked), placeholderData: (before) => before, retry: false });

  const told = asked === request ? (verdict?.refusals ?? []) : [];
  const refusals = [...(action.refused?.refusals ?? []), ...told];
  const errors = useMemo(() => validateConf(params, conf), [params, conf]);
  const shown = new Map(
    params.flatMap(({ name, required }) => {
      const problem = refusals.find(({ pointer }) => paramAt(pointer) === name)?.reason ?? errors.get(name);
      // A needed field that nobody has touched is marked, not scolded, until the form is sent.
      return problem === undefined || (required && conf[name] === undefined && !tried)
        ? []
        : [[name, problem] as const];
    }),
  );
  const broken = Object.keys(state.drafts).length > 0 || state.jsonProblem !== null;

  const submit = async (): Promise<void> => {
    setTried(true);
    // Text that is no value cannot be sent; everything else goes to the server, whose answer counts.
    if (broken || action.pending) return;
    // Unpausing comes first: where it is refused, no run is made that would then wait unseen.
    const answer = await action.run(...requests);
    if (answer !== undefined) onTriggered(answer.body as DagRun);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void submit();
  };

  return (
    <form
      className="split trigger-form"
      aria-label={`Trigger ${dagId}`}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="stack">
        <ParamsPart params={params} state={state} dispatch={dispatch} errors={shown} />
        <RunPart
          state={state}
          dispatch={dispatch}
          errors={{
            runId: reasonAt(refusals, "dag_run_id"),
            logicalDate: reasonAt(refusals, "logical_date"),
            note: reasonAt(refusals, "note"),
          }}
        />
      </div>
      <div className="stack trigger-side">
        <VerdictNotice
          verdict={action.refused === null ? verdict : undefined}
          dagId={dagId}
          isPaused={dag.is_paused}
          unpause={unpause}
          onUnpause={(next) => dispatch({ type: "set", part: { unpause: next } })}
        />
        {action.refused !== null && <RefusalNotice refused={action.refused} />}
        {broken && tried && (
          <div className="notice" data-tone="danger" role="alert">
            A field holds text that is no value yet; nothing was sent.
          </div>
        )}
        <div className="row">
          <Button
            type="submit"
            size="sm"
            leftSection={<IconPlayerPlay size={15} aria-hidden />}
            loading={action.pending}
          >
            Trigger
          </Button>
          <kbd>Ctrl Enter</kbd>
        </div>
        <section className="panel" aria-label="Preview of the request">
          <h2>What the button sends</h2>
          <div className="panel-body">
            <RequestPreview requests={requests} />
          </div>
        </section>
      </div>
    </form>
  );
}

function reasonAt(refusals: readonly Refusal[], member: string): string | undefined {
  return refusals.find(({ pointer }) => pointer === `/${member}` || pointer === member)?.reason;
}
