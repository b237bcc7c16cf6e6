import { ActionIcon, Menu } from "@mantine/core";
import { IconCode, IconDots, IconFileText, IconListDetails, IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { pauseDag } from "../../api/requests/dag.ts";
import { triggerRun } from "../../api/requests/run.ts";
import type { DagRow } from "../../api/types/dag.ts";
import { CopyAsDialog } from "../../atoms/copy-as.tsx";
import type { ApiRequest } from "../../api/request.ts";

/** What else can be done with a Dag, and its requests to copy. */
export function RowMenu({ dag }: { dag: DagRow }) {
  const [copied, setCopied] = useState<{ what: string; request: ApiRequest } | null>(null);
  const dagId = dag.dag_id;
  const flip = dag.is_paused ? "Unpause" : "Pause";
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon aria-label={`More about ${dagId}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            renderRoot={(root) => <Link to="/dags/$dagId/trigger" params={{ dagId }} {...root} />}
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
          >
            Trigger…
          </Menu.Item>
          <Menu.Item
            renderRoot={(root) => <Link to="/dags/$dagId" params={{ dagId }} search={{ tab: "runs" }} {...root} />}
            leftSection={<IconListDetails size={14} aria-hidden />}
          >
            Runs
          </Menu.Item>
          <Menu.Item
            renderRoot={(root) => <Link to="/dags/$dagId" params={{ dagId }} search={{ tab: "details" }} {...root} />}
            leftSection={<IconFileText size={14} aria-hidden />}
          >
            Details
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>Copy as curl, Python, TypeScript</Menu.Label>
          <Menu.Item
            leftSection={<IconCode size={14} aria-hidden />}
            onClick={() =>
              setCopied({
                what: `trigger ${dagId}`,
                request: triggerRun({ dagId, runId: "", logicalDate: "", conf: {}, note: "" }),
              })
            }
          >
            Trigger
          </Menu.Item>
          <Menu.Item
            leftSection={<IconCode size={14} aria-hidden />}
            onClick={() =>
              setCopied({ what: `${flip.toLowerCase()} ${dagId}`, request: pauseDag(dagId, !dag.is_paused) })
            }
          >
            {flip}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <CopyAsDialog
        opened={copied !== null}
        onClose={() => setCopied(null)}
        what={copied?.what ?? ""}
        requests={() => (copied === null ? [] : [copied.request])}
      />
    </>
  );
}
