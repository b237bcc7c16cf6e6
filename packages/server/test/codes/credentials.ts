import type { Dialect } from "@windlass/contract";
import { type Ask, everywhere, type Provocation } from "./provocation.ts";
import { readDags, ROOT } from "./operations.ts";
import type { World } from "./world.ts";

const HOUR_MS = 3_600_000;

function withHeader(dialect: Dialect, authorization: string): Ask {
  return { ...readDags(dialect), as: null, headers: { authorization } };
}

/** The same request with a bearer token that a server made at another time, or that was changed. */
function withToken(
  dialect: Dialect,
  { aheadMs = 0, stamp, change = (token) => token }: TokenOptions = {},
): (world: World) => Promise<Ask> {
  return async ({ actions, clock }) => {
    const account = await actions.accounts.byName("admin");
    if (account === undefined) throw new TypeError("the administrator is missing");
    clock.aheadMs = aheadMs;
    const { token } = await actions.tokens.sign(
      stamp === undefined ? account : { ...account, securityStamp: stamp },
      60,
    );
    clock.aheadMs = 0;
    return withHeader(dialect, `Bearer ${change(token)}`);
  };
}

interface TokenOptions {
  readonly aheadMs?: number;
  readonly stamp?: string;
  readonly change?: (token: string) => string;
}

/** The same request with an API key of its own, after something was done to the key. */
function withKey(dialect: Dialect, change: (world: World, keyId: number) => Promise<unknown>) {
  return async (world: World): Promise<Ask> => {
    const { id, token } = await makeKey(world, `of ${dialect}`);
    await change(world, id);
    return withHeader(dialect, `Bearer ${token}`);
  };
}

/** Makes an API key of the administrator. */
export async function makeKey(
  world: World,
  name: string,
  scopes?: readonly string[],
): Promise<{ id: number; token: string }> {
  const made = await world.ask({
    method: "POST",
    path: `${ROOT.native}/api-keys`,
    body: { name, ...(scopes ? { scopes } : {}) },
  });
  return JSON.parse(made.text) as { id: number; token: string };
}

async function switchedOff(world: World, dialect: Dialect): Promise<Ask> {
  const { id, token } = await makeKey(world, `off ${dialect}`);
  await world.test.database.execute(
    `with off as (insert into account (kind, user_name, active) values ('user', $2, false) returning id)
     update api_key set account_id = off.id from off where api_key.id = $1`,
    [id, `off-${dialect}`],
  );
  return withHeader(dialect, `Bearer ${token}`);
}

async function oftenWrong(world: World, dialect: Dialect): Promise<Ask> {
  const ask = withHeader(dialect, `Basic ${Buffer.from(`guessed-${dialect}:wrong`).toString("base64")}`);
  for (let failures = 0; failures < world.actions.config.security.throttle_free_failures + 1; failures += 1)
    await world.ask({
      ...ask,
      headers: { authorization: `Basic ${Buffer.from(`guessed-${dialect}:${String(failures)}`).toString("base64")}` },
    });
  return ask;
}

/** Who are you. */
export const credentialProvocations: readonly Provocation[] = [
  { code: "credentials.missing", on: everywhere((dialect) => ({ ...readDags(dialect), as: null })) },
  { code: "credentials.scheme_disabled", where: "no-basic", on: everywhere(readDags) },
  { code: "credentials.scheme_unknown", on: everywhere((dialect) => withHeader(dialect, "Digest abc")) },
  { code: "credentials.malformed", on: everywhere((dialect) => withHeader(dialect, "Basic !!!")) },
  {
    code: "credentials.wrong",
    on: everywhere((dialect) => withHeader(dialect, `Basic ${Buffer.from(`${dialect}:wrong`).toString("base64")}`)),
  },
  { code: "credentials.throttled", on: everywhere((dialect) => (world) => oftenWrong(world, dialect)) },
  {
    code: "credentials.session_ended",
    on: everywhere((dialect) => ({ ...readDags(dialect), as: null, headers: { cookie: "windlass_session=over" } })),
  },
  { code: "credentials.account_off", on: everywhere((dialect) => (world) => switchedOff(world, dialect)) },
  { code: "credentials.token_malformed", on: everywhere((dialect) => withHeader(dialect, "Bearer no-token")) },
  { code: "credentials.token_expired", on: everywhere((dialect) => withToken(dialect, { aheadMs: -HOUR_MS })) },
  {
    code: "credentials.token_signature",
    on: everywhere((dialect) =>
      withToken(dialect, { change: (token) => `${token.slice(0, token.lastIndexOf(".") + 1)}${"A".repeat(43)}` }),
    ),
  },
  { code: "credentials.token_not_yet_valid", on: everywhere((dialect) => withToken(dialect, { aheadMs: HOUR_MS })) },
  {
    code: "credentials.token_revoked",
    on: everywhere((dialect) => withToken(dialect, { stamp: "00000000-0000-0000-0000-000000000000" })),
  },
  {
    code: "credentials.key_checksum",
    on: everywhere((dialect) => withHeader(dialect, `Bearer windlass_p_${"a".repeat(36)}`)),
  },
  {
    code: "credentials.key_unknown",
    on: everywhere((dialect) =>
      withKey(dialect, ({ test }, id) => test.database.execute("delete from api_key where id = $1", [id])),
    ),
  },
  {
    code: "credentials.key_expired",
    on: everywhere((dialect) =>
      withKey(dialect, ({ test }, id) =>
        test.database.execute("update api_key set expires_at = now() - interval '1 day' where id = $1", [id]),
      ),
    ),
  },
  {
    code: "credentials.key_revoked",
    on: everywhere((dialect) =>
      withKey(dialect, (world, id) => world.ask({ method: "DELETE", path: `${ROOT.native}/api-keys/${String(id)}` })),
    ),
  },
  { code: "policy.api_keys_only", where: "keys-only", on: everywhere(readDags) },
  { code: "strict.basic_in_v2", where: "strict", on: { v2: readDags("v2") } },
  { code: "credentials.incomplete", on: { v2: { method: "POST", path: "/auth/token", body: { username: "admin" } } } },
];
