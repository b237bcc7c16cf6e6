import { Button, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import type { ApiRequest } from "../api/request.ts";
import type { Action } from "../api/use-action.ts";
import { RefusalNotice } from "./refusal-notice.tsx";
import { RequestPreview } from "./request-preview.tsx";

/** Asks before something that cannot be undone, shows the request, and keeps a refusal where it was met. */
export function ConfirmDialog(props: {
  opened: boolean;
  onClose: () => void;
  title: string;
  confirm: string;
  danger?: boolean;
  action: Action;
  request: ApiRequest;
  onDone?: () => void;
  children: ReactNode;
}) {
  const { action, request } = props;
  const close = (): void => {
    action.reset();
    props.onClose();
  };
  const go = async (): Promise<void> => {
    if ((await action.run(request)) === undefined) return;
    close();
    props.onDone?.();
  };
  return (
    <Modal
      opened={props.opened}
      onClose={close}
      title={props.title}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className="stack">
        <div>{props.children}</div>
        {action.refused !== null && <RefusalNotice refused={action.refused} />}
        <details>
          <summary>The request</summary>
          <RequestPreview requests={[request]} />
        </details>
        <div className="row">
          <Button
            {...(props.danger === true ? { color: "red" } : {})}
            loading={action.pending}
            onClick={() => void go()}
            data-autofocus
          >
            {props.confirm}
          </Button>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
        </div>
      </div>
    </Modal>
  );
}
