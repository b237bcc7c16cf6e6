import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { apiKeysQuery } from "../api/queries/account.ts";
import { revokeApiKey } from "../api/requests/api-key.ts";
import type { ApiKey } from "../api/types/account.ts";
import { useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../atoms/confirm-dialog.tsx";
import { Empty } from "../atoms/empty.tsx";
import { Loaded } from "../atoms/loaded.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { NewKeyDialog } from "../features/keys/new-key-dialog.tsx";
import { Instant } from "../time/instant.tsx";

/** One's own API keys. */
export function ApiKeysPage(): ReactNode {
  useTitle("My API keys");
  const query = useQuery(apiKeysQuery());
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const action = useAction([["api-keys"]]);
  return (
    <div className="page">
      <div className="page-head">
        <h1>My API keys</h1>
        <span className="push" />
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setMaking(true)}>
          New API key
        </Button>
      </div>
      <p className="dim">
        A key acts as you, within your roles, in any client that speaks Airflow's v1 or v2 API:{" "}
        <code>Authorization: Bearer windlass_p_…</code>
      </p>
      <Loaded query={query} rows={3}>
        {({ api_keys: keys }) =>
          keys.length === 0 ? (
            <Empty title="No API key yet">Make one to call the API from scripts without your password.</Empty>
          ) : (
            <div className="table-box">
              <table className="rows" aria-label="API keys">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Key</th>
                    <th scope="col">Limited to</th>
                    <th scope="col">Last used</th>
                    <th scope="col">Expires</th>
                    <th scope="col">
                      <span className="sr">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {keys.map((key) => (
                    <tr key={key.id}>
                      <td>{key.name}</td>
                      <td>
                        <code>{key.display_id}</code>
                      </td>
                      <td className={key.scopes == null || key.scopes.length === 0 ? "nowrap" : "cut"}>
                        {key.scopes == null || key.scopes.length === 0 ? (
                          <span className="dim">all of your permissions</span>
                        ) : (
                          key.scopes.join(", ")
                        )}
                      </td>
                      <td>
                        <Instant at={key.last_used_at} relative none="never" />
                      </td>
                      <td>
                        <Instant at={key.expires_at} none="never" />
                      </td>
                      <td className="right">
                        {key.revoked_at == null ? (
                          <Button
                            variant="subtle"
                            color="red"
                            onClick={() => setRevoking(key)}
                            aria-label={`Revoke ${key.name}`}
                          >
                            Revoke…
                          </Button>
                        ) : (
                          <span className="dim">revoked</span>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      <NewKeyDialog opened={making} onClose={() => setMaking(false)} />
      {revoking !== null && (
        <ConfirmDialog
          opened
          onClose={() => setRevoking(null)}
          title={`Revoke ${revoking.name}?`}
          confirm="Revoke key"
          danger
          action={action}
          request={revokeApiKey(revoking.id)}
        >
          Whoever uses it is refused from now on. This cannot be undone.
        </ConfirmDialog>
      )}
    </div>
  );
}
