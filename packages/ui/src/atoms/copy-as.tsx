import { ActionIcon, Modal } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import { useState } from "react";
import type { ApiRequest } from "../api/request.ts";
import { RequestPreview } from "./request-preview.tsx";

/** Beside every control that changes something: the same as a request to copy. @param what such as `pause simple` */
export function CopyAs({ requests, what }: { requests: () => readonly ApiRequest[]; what: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <ActionIcon
        aria-label={`Copy as request: ${what}`}
        title={`Copy as curl, Python or TypeScript: ${what}`}
        onClick={() => setOpen(true)}
      >
        <IconCode size={15} />
      </ActionIcon>
      <CopyAsDialog opened={open} onClose={() => setOpen(false)} requests={requests} what={what} />
    </>
  );
}

/** The dialog alone, for menus. */
export function CopyAsDialog({
  opened,
  onClose,
  requests,
  what,
}: {
  opened: boolean;
  onClose: () => void;
  requests: () => readonly ApiRequest[];
  what: string;
}) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`As a request: ${what}`}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {opened && <RequestPreview requests={requests()} />}
    </Modal>
  );
}
