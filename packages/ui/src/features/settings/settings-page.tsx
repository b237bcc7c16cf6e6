import { ActionIcon, Button } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { JsonObject } from "@windlass/contract/browser";
import { type ReactNode, useState } from "react";
import { deleteSetting, type SettingKind } from "../../api/requests/settings.ts";
import { useAction } from "../../api/use-action.ts";
import { ConfirmDialog } from "../../atoms/confirm-dialog.tsx";
import { Empty } from "../../atoms/empty.tsx";
import { Loaded } from "../../atoms/loaded.tsx";
import { useTitle } from "../../atoms/use-title.ts";
import { SettingForm, type SettingField } from "./setting-form.tsx";

/** What tells connections, variables and pools apart. */
export interface SettingsPageProps<Data, Row> {
  readonly kind: SettingKind;
  readonly title: string;
  /** One of them, such as `connection`. */
  readonly what: string;
  readonly about: string;
  readonly query: UseQueryResult<Data>;
  readonly rowsOf: (data: Data) => readonly Row[];
  readonly nameOf: (row: Row) => string;
  readonly fields: readonly SettingField[];
  readonly columns: readonly { readonly title: string; readonly cell: (row: Row) => ReactNode }[];
}

/** A list of settings with creating, changing and deleting. */
export function SettingsPage<Data, Row extends object>({
  kind,
  title,
  what,
  about,
  query,
  rowsOf,
  nameOf,
  fields,
  columns,
}: SettingsPageProps<Data, Row>) {
  useTitle(title);
  const [edited, setEdited] = useState<Row | "new" | null>(null);
  const [doomed, setDoomed] = useState<Row | null>(null);
  const action = useAction([[kind]]);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{title}</h1>
        <span className="dim">{about}</span>
        <span className="push" />
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setEdited("new")}>
          New {what}
        </Button>
      </div>
      <Loaded query={query} rows={5}>
        {(data) =>
          rowsOf(data).length === 0 ? (
            <Empty title={`No ${what} yet`} />
          ) : (
            <div className="table-box">
              <table className="rows" aria-label={title}>
                <thead>
                  <tr>
                    {columns.map((column) => (
                      <th key={column.title} scope="col">
                        {column.title}
                      </th>
                    ))}
                    <th scope="col">
                      <span className="sr">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rowsOf(data).map((row) => (
                    <tr key={nameOf(row)}>
                      {columns.map((column) => (
                        <td key={column.title}>{column.cell(row)}</td>
                      ))}
                      <td>
                        <div className="row" style={{ justifyContent: "flex-end", gap: 2 }}>
                          <ActionIcon aria-label={`Change ${nameOf(row)}`} onClick={() => setEdited(row)}>
                            <IconPencil size={15} />
                          </ActionIcon>
                          <ActionIcon color="red" aria-label={`Delete ${nameOf(row)}`} onClick={() => setDoomed(row)}>
                            <IconTrash size={15} />
                          </ActionIcon>
                        </div>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {edited !== null && (
        <SettingForm
          kind={kind}
          what={what}
          fields={fields}
          before={edited === "new" ? null : (edited as unknown as JsonObject)}
          onClose={() => setEdited(null)}
        />
      )}
      {doomed !== null && (
        <ConfirmDialog
          opened
          onClose={() => setDoomed(null)}
          title={`Delete ${nameOf(doomed)}?`}
          confirm={`Delete ${what}`}
          danger
          action={action}
          request={deleteSetting(kind, nameOf(doomed))}
        >
          Tasks that ask for it fail from now on. This cannot be undone.
        </ConfirmDialog>
      )}
    </div>
  );
}
