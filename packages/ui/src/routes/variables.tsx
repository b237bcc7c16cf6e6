import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { variablesQuery } from "../api/queries/settings.ts";
import { SettingsPage } from "../features/settings/settings-page.tsx";

/** Variables that Dags may ask for. */
export function VariablesPage(): ReactNode {
  return (
    <SettingsPage
      kind="variables"
      title="Variables"
      what="variable"
      about="Values whose keys look like secrets are masked."
      query={useQuery(variablesQuery())}
      rowsOf={(data) => data.variables}
      nameOf={(row) => row.key}
      fields={[
        { name: "key", label: "Key", kind: "text", required: true, key: true },
        { name: "value", label: "Value", kind: "long", description: "Text; JSON where the Dag reads it as JSON" },
        { name: "description", label: "Description", kind: "text" },
      ]}
      columns={[
        { title: "Key", cell: (row) => <strong>{row.key}</strong> },
        { title: "Value", cell: (row) => <code style={{ overflowWrap: "anywhere" }}>{row.value}</code> },
        { title: "Description", cell: (row) => <span className="dim">{row.description}</span> },
      ]}
    />
  );
}
