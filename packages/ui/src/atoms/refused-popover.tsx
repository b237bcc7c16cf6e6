import { Popover } from "@mantine/core";
import type { ReactNode } from "react";
import type { RefusedError } from "../api/refusal.ts";
import { RefusalNotice } from "./refusal-notice.tsx";

/** Shows a refusal at a small control, such as a switch in a row. */
export function RefusedPopover({
  refused,
  onClose,
  children,
}: {
  refused: RefusedError | null;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Popover
      opened={refused !== null}
      onChange={(open) => !open && onClose()}
      width={420}
      position="bottom-start"
      shadow="md"
      withArrow
      trapFocus={false}
      returnFocus
    >
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown p={0}>{refused !== null && <RefusalNotice refused={refused} />}</Popover.Dropdown>
    </Popover>
  );
}
