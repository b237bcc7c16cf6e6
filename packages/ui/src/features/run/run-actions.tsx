import { Button, Menu } from "@mantine/core";
import { IconCheck, IconChevronDown, IconPlayerPlay, IconTrash, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { deleteRun, markRun } from "../../api/requests/run.ts";
import type { DagRun } from "../../api/types/run.ts";
import { useAction } from "../../api/use-action.ts";
import { ConfirmDialog } from "../../atoms/confirm-dialog.tsx";

type Asked = "success" | "failed" | "delete" | null;

/** Mark, delete, trigger again. Each asks first, shows its request, and keeps a refusal in its dialog. */
export function RunActions({ run, onDeleted }: { run: DagRun; onDeleted: () => void }) {
  const [asked, setAsked] = useState<Asked>(null);
  const { dag_id: dagId, dag_run_id: runId } = run;
  const action = useAction([["run", dagId, runId], ["runs"], ["grid", dagId], ["dags"]]);
  const remove = useAction([["runs"], ["grid", dagId], ["dags"]]);
  const close = (): void => setAsked(null);
  const again = {
    ...(run.conf === null || Object.keys(run.conf).length === 0 ? {} : { conf: JSON.stringify(run.conf) }),
  };

  return (
    <div className="row">
      <Button
        variant="default"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        renderRoot={(root) => <Link to="/dags/$dagId/trigger" params={{ dagId }} search={again} {...root} />}
      >
        Trigger again with edits
      </Button>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={13} aria-hidden />}>
            Run actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconCheck size={14} aria-hidden />}
            disabled={run.state === "success"}
            onClick={() => setAsked("success")}
          >
            Mark as success…
          </Menu.Item>
          <Menu.Item
            leftSection={<IconX size={14} aria-hidden />}
            disabled={run.state === "failed"}
            onClick={() => setAsked("failed")}
          >
            Mark as failed…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setAsked("delete")}>
            Delete run…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {(asked === "success" || asked === "failed") && (
        <ConfirmDialog
          opened
          onClose={close}
          title={`Mark the run as ${asked}?`}
          confirm={`Mark as ${asked}`}
          action={action}
          request={markRun(dagId, runId, asked)}
        >
          {asked === "success"
            ? "Task instances that are not over are set to success, running ones are stopped."
            : "Running task instances are stopped and set to failed; those that have not begun are skipped."}
        </ConfirmDialog>
      )}
      {asked === "delete" && (
        <ConfirmDialog
          opened
          onClose={close}
          title="Delete the run?"
          confirm="Delete run"
          danger
          action={remove}
          request={deleteRun(dagId, runId)}
          onDone={onDeleted}
        >
          <code>{runId}</code> goes with its task instances, XComs and logs. This cannot be undone.
        </ConfirmDialog>
      )}
    </div>
  );
}
