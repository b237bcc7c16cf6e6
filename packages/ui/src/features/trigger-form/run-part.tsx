import { Textarea, TextInput } from "@mantine/core";
import type { Dispatch } from "react";
import type { FormEvent, FormState } from "./form-state.ts";

/** What belongs to the run and not to its conf. */
export function RunPart({
  state,
  dispatch,
  errors,
}: {
  state: FormState;
  dispatch: Dispatch<FormEvent>;
  errors: Readonly<Record<"runId" | "logicalDate" | "note", string | undefined>>;
}) {
  return (
    <section className="panel" aria-label="Run">
      <h2>Run</h2>
      <div className="panel-body param-fields two">
        <TextInput
          label="Run id"
          description="Left empty, the server makes one"
          name="dag_run_id"
          autoComplete="off"
          spellCheck={false}
          placeholder="manual__…"
          value={state.runId}
          error={errors.runId}
          onChange={(event) => dispatch({ type: "set", part: { runId: event.currentTarget.value } })}
        />
        <TextInput
          label="Logical date"
          description="With its zone; left empty, the run has none"
          name="logical_date"
          autoComplete="off"
          spellCheck={false}
          placeholder="2026-01-31T00:00:00+00:00"
          value={state.logicalDate}
          error={errors.logicalDate}
          onChange={(event) => dispatch({ type: "set", part: { logicalDate: event.currentTarget.value } })}
        />
        <Textarea
          label="Note"
          name="note"
          autosize
          minRows={1}
          maxRows={6}
          value={state.note}
          error={errors.note}
          onChange={(event) => dispatch({ type: "set", part: { note: event.currentTarget.value } })}
        />
      </div>
    </section>
  );
}
