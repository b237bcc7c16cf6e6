import { makeKey } from "./credentials.ts";
import { ACCOUNTS, create, createUser, ROOT } from "./operations.ts";
import { everywhere, onAirflows, type Provocation } from "./provocation.ts";

/** Whatever else has a name, and requests that are repeated. */
export const objectProvocations: readonly Provocation[] = [
  {
    code: "asset.several_producers",
    on: {
      v2: async (world) => {
        const { text } = await world.ask({ path: "/api/v2/assets?uri_pattern=shared" });
        const { assets } = JSON.parse(text) as { readonly assets: readonly { readonly id: number }[] };
        return { method: "POST", path: `/api/v2/assets/${String(assets[0]?.id)}/materialize` };
      },
    },
  },
  {
    code: "connection.test_disabled",
    on: onAirflows((dialect) => ({
      method: "POST",
      path: `${ROOT[dialect]}/connections/test`,
      body: { connection_id: "tested", conn_type: "http" },
    })),
  },
  {
    code: "object.unknown",
    on: everywhere((dialect) => ({ path: `${ROOT[dialect]}/${dialect === "native" ? "roles" : "pools"}/nowhere` })),
  },
  { code: "object.exists", on: everywhere((dialect) => create(dialect, dialect === "native" ? "Viewer" : "busy")) },
  {
    code: "object.from_environment",
    on: onAirflows((dialect) => ({ method: "DELETE", path: `${ROOT[dialect]}/connections/from_env` })),
  },
  {
    code: "pool.default",
    on: onAirflows((dialect) => ({ method: "DELETE", path: `${ROOT[dialect]}/pools/default_pool` })),
  },
  { code: "pool.in_use", on: onAirflows((dialect) => ({ method: "DELETE", path: `${ROOT[dialect]}/pools/busy` })) },
  { code: "account.password_weak", on: everywhere((dialect) => createUser(dialect, `weak-${dialect}`, "abc")) },
  {
    code: "account.password_wrong",
    on: {
      native: {
        method: "POST",
        path: `${ROOT.native}/me/password`,
        body: { current_password: "not this one", new_password: "another long sentence of words" },
      },
    },
  },
  {
    code: "account.last_admin",
    on: everywhere((dialect) => ({ method: "DELETE", path: `${ACCOUNTS[dialect]}/users/admin` })),
  },
  {
    code: "role.built_in",
    on: everywhere((dialect) => ({ method: "DELETE", path: `${ACCOUNTS[dialect]}/roles/Viewer` })),
  },
  {
    code: "limit.api_keys",
    on: {
      native: async (world) => {
        const { id } = await makeKey(world, "the first");
        await world.test.database.execute(
          `insert into api_key (account_id, name, token_hash, display_id, expires_at)
           select account_id, 'number ' || n, decode(md5(n::text), 'hex'), 'abcdefgh', now() + interval '1 day'
           from api_key, generate_series(1, 50) as n where id = $1`,
          [id],
        );
        return { method: "POST", path: `${ROOT.native}/api-keys`, body: { name: "one too many" } };
      },
    },
  },
  {
    code: "idempotency.key_reused",
    on: everywhere((dialect) => async (world) => {
      const headers = { "idempotency-key": `key of ${dialect}`.replaceAll(" ", "-") };
      await world.ask({ ...create(dialect, `first-${dialect}`), headers });
      return { ...create(dialect, `second-${dialect}`), headers };
    }),
  },
  {
    code: "idempotency.key_invalid",
    on: everywhere((dialect) => ({ ...create(dialect, "keyed"), headers: { "idempotency-key": "with a space" } })),
  },
];
