import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { noteRun } from "../../api/requests/run.ts";
import type { DagRun } from "../../api/types/run.ts";
import { useAction } from "../../api/use-action.ts";
import { CopyAs } from "../../atoms/copy-as.tsx";
import { RefusalNotice } from "../../atoms/refusal-notice.tsx";

/** The note of a run, and its change. */
export function RunNote({ run }: { run: DagRun }) {
  const { dag_id: dagId, dag_run_id: runId, note } = run;
  const [text, setText] = useState<string | null>(null);
  const action = useAction([["run", dagId, runId], ["runs"]]);
  if (text === null) {
    return (
      <div className="row top">
        <span className="grow" style={{ whiteSpace: "pre-wrap" }}>
          {note ?? <span className="dim">none</span>}
        </span>
        <Button
          variant="subtle"
          size="compact-xs"
          onClick={() => setText(note ?? "")}
          aria-label={note === null ? "Add a note" : "Edit the note"}
        >
          {note === null ? "Add" : "Edit"}
        </Button>
      </div>
    );
  }
  const request = noteRun(dagId, runId, text);
  const save = async (): Promise<void> => {
    if ((await action.run(request)) !== undefined) setText(null);
  };
  return (
    <div className="stack tight">
      <Textarea
        aria-label="Note"
        autosize
        minRows={2}
        maxRows={10}
        value={text}
        autoFocus
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {action.refused !== null && <RefusalNotice refused={action.refused} />}
      <div className="row">
        <Button loading={action.pending} onClick={() => void save()}>
          Save note
        </Button>
        <Button
          variant="default"
          onClick={() => {
            action.reset();
            setText(null);
          }}
        >
          Cancel
        </Button>
        <CopyAs requests={() => [request]} what="set the note" />
      </div>
    </div>
  );
}
