import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { connectionsQuery } from "../api/queries/settings.ts";
import { SettingsPage } from "../features/settings/settings-page.tsx";

/** Connections that Dags may ask for. */
export function ConnectionsPage(): ReactNode {
  return (
    <SettingsPage
      kind="connections"
      title="Connections"
      what="connection"
      about="Passwords are kept encrypted and never shown again."
      query={useQuery(connectionsQuery())}
      rowsOf={(data) => data.connections}
      nameOf={(row) => row.connection_id}
      fields={[
        { name: "connection_id", label: "Connection id", kind: "text", required: true, key: true },
        { name: "conn_type", label: "Type", kind: "text", required: true, description: "postgres, http, …" },
        { name: "description", label: "Description", kind: "text" },
        { name: "host", label: "Host", kind: "text" },
        { name: "port", label: "Port", kind: "number" },
        { name: "schema", label: "Schema", kind: "text", description: "For databases: the database's name" },
        { name: "login", label: "Login", kind: "text" },
        { name: "password", label: "Password", kind: "secret", description: "Left empty, an existing one stays" },
        { name: "extra", label: "Extra", kind: "long", description: "A JSON object" },
      ]}
      columns={[
        { title: "Connection id", cell: (row) => <strong>{row.connection_id}</strong> },
        { title: "Type", cell: (row) => row.conn_type },
        { title: "Host", cell: (row) => `${row.host ?? ""}${row.port === null ? "" : `:${row.port}`}` },
        { title: "Schema", cell: (row) => row.schema },
        { title: "Login", cell: (row) => row.login },
        { title: "Description", cell: (row) => <span className="dim">{row.description}</span> },
      ]}
    />
  );
}
