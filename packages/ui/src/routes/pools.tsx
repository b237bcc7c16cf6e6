import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { poolsQuery } from "../api/queries/settings.ts";
import { PoolBar } from "../features/settings/pool-bar.tsx";
import { SettingsPage } from "../features/settings/settings-page.tsx";

/** Pools and their slots. */
export function PoolsPage(): ReactNode {
  return (
    <SettingsPage
      kind="pools"
      title="Pools"
      what="pool"
      about="A task instance takes its slots when it is queued and gives them back when it ends."
      query={useQuery(poolsQuery())}
      rowsOf={(data) => data.pools}
      nameOf={(row) => row.name}
      fields={[
        { name: "name", label: "Name", kind: "text", required: true, key: true },
        { name: "slots", label: "Slots", kind: "number", required: true, description: "-1: no bound" },
        { name: "description", label: "Description", kind: "text" },
        { name: "include_deferred", label: "Deferred task instances keep their slots", kind: "flag" },
      ]}
      columns={[
        { title: "Name", cell: (row) => <strong>{row.name}</strong> },
        { title: "Slots", cell: (row) => <span className="number">{row.slots < 0 ? "no bound" : row.slots}</span> },
        { title: "In use", cell: (row) => <PoolBar pool={row} /> },
        { title: "Running", cell: (row) => <span className="number">{row.running_slots}</span> },
        { title: "Queued", cell: (row) => <span className="number">{row.queued_slots}</span> },
        { title: "Scheduled", cell: (row) => <span className="number">{row.scheduled_slots}</span> },
        { title: "Open", cell: (row) => <span className="number">{row.open_slots < 0 ? "∞" : row.open_slots}</span> },
        { title: "Description", cell: (row) => <span className="dim">{row.description}</span> },
      ]}
    />
  );
}
