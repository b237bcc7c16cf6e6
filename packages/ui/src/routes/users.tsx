import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { usersQuery } from "../api/queries/account.ts";
import { Empty } from "../atoms/empty.tsx";
import { Loaded } from "../atoms/loaded.tsx";
import { useTitle } from "../atoms/use-title.ts";
import { Instant } from "../time/instant.tsx";

/** Accounts and their roles; changed by the CLI or the API. */
export function UsersPage(): ReactNode {
  useTitle("Users");
  const query = useQuery({ ...usersQuery(), retry: false });
  return (
    <div className="page">
      <div className="page-head">
        <h1>Users</h1>
        <span className="dim">
          Changed by <code>windlass users</code> or the API.
        </span>
      </div>
      <Loaded query={query} rows={5}>
        {({ users }) =>
          users.length === 0 ? (
            <Empty title="No user" />
          ) : (
            <div className="table-box">
              <table className="rows" aria-label="Users">
                <thead>
                  <tr>
                    <th scope="col">User name</th>
                    <th scope="col">Roles</th>
                    <th scope="col">Active</th>
                    <th scope="col">Last sign-in</th>
                    <th scope="col" className="right">
                      Failed sign-ins
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {users.map((user) => (
                    <tr key={user.user_name}>
                      <td>
                        <strong>{user.user_name}</strong>
                      </td>
                      <td>
                        {user.roles.join(", ")}
                        {user.kind !== undefined && user.kind !== "user" && <span className="dim"> {user.kind}</span>}
                      </td>
                      <td>{user.active === false ? <span className="bad">no</span> : "yes"}</td>
                      <td>
                        <Instant at={user.last_login_at} none="never" />
                      </td>
                      <td className="right number">{user.failed_login_count}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </div>
  );
}
