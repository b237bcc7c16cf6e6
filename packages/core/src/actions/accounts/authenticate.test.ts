import { addSeconds } from "@windlass/contract";
import { SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { updateAccount } from "../../store/accounts.ts";
import { perform } from "../perform.ts";
import { type ActionBench, actionBench, basic, START } from "../test-support/action-bench.ts";
import { createApiKey, deleteApiKey } from "./api-keys.ts";
import { makeApiKeyToken } from "./api-key-token.ts";
import { changePassword } from "./change-password.ts";
import { createToken, logIn, logOut } from "./log-in.ts";
import { challenges } from "./schemes.ts";
import { patchUser } from "./users.ts";

let bench: ActionBench;
beforeEach(async () => {
  bench = await actionBench();
});
afterEach(() => bench.drop());

const codeOf = async (...args: Parameters<ActionBench["authenticate"]>): Promise<string | undefined> =>
  (await bench.authenticate(...args)).verdicts[0]?.refusal.code;
const nameOf = async (...args: Parameters<ActionBench["authenticate"]>): Promise<string> =>
  (await bench.authenticate(...args)).principal.name;
const login = async (userName = "user") =>
  logIn(bench.context, await bench.request(userName), { userName, password: userName });
const token = async (userName = "user", lifeSeconds?: number) =>
  createToken(bench.context, await bench.request(userName), {
    userName,
    password: userName,
    ...(lifeSeconds === undefined ? {} : { lifeSeconds }),
  });
const key = async (userName = "user", scopes: readonly string[] | null = null, days = 30) =>
  (
    await perform(bench.context, await bench.request(userName), createApiKey, {
      name: "k",
      expiresInDays: days,
      scopes,
    })
  ).result;

describe("Basic", () => {
  it("takes the right password, whatever the case of the scheme and the name", async () => {
    expect(await bench.authenticate(basic("user", "user"), "v1")).toMatchObject({
      principal: { name: "user", kind: "user", roles: ["User"], credential: { kind: "basic" } },
      verdicts: [],
      warnings: [],
    });
    const { authorization = "" } = basic("USER", "user");
    expect(await nameOf({ authorization: authorization.replace("Basic", "bASIC") }, "v1")).toBe("user");
  });

  it("tells a wrong password and an unknown user alike, and keeps the claimed name for the log", async () => {
    const wrong = await bench.authenticate(basic("user", "nope"), "v1");
    const unknown = await bench.authenticate(basic("nobody", "nope"), "v1");
    expect(wrong.verdicts).toEqual(unknown.verdicts);
    expect(wrong.verdicts).toMatchObject([
      { phase: "identity", refusal: { code: "credentials.wrong", status: { v1: 401, v2: 401, native: 401 } } },
    ]);
    expect(unknown.claimedName).toBe("nobody");
    expect(unknown.principal.permissions.size).toBe(0);
  });

  it.each([
    ["Basic", "credentials.malformed"],
    ["Basic !!!", "credentials.malformed"],
    [`Basic ${Buffer.from("nocolon").toString("base64")}`, "credentials.malformed"],
    [`Basic ${Buffer.from("user:").toString("base64")}`, "credentials.malformed"],
    ["", "credentials.malformed"],
    ["eyJhbGciOi.x.y", "credentials.malformed"],
    ["Digest username=x", "credentials.scheme_unknown"],
    ["Bearer abc", "credentials.token_malformed"],
    ["Bearer windlass_p_short", "credentials.key_checksum"],
  ])("tells of %j that it is %s", async (authorization, code) => {
    expect(await codeOf({ authorization })).toBe(code);
  });

  it("is named with the enabled schemes where nothing was sent, and left out for a browser", async () => {
    expect((await bench.authenticate({})).verdicts[0]?.refusal.reason).toContain("session, basic_auth, token, api_key");
    expect(challenges(bench.context.config, false)).toEqual([
      expect.stringMatching(/^Basic /),
      expect.stringMatching(/^Bearer /),
    ]);
    expect(challenges(bench.context.config, true)).toEqual([expect.stringMatching(/^Bearer /)]);
  });

  it("works on v2 with a warning, and is refused there in strict manner", async () => {
    expect((await bench.authenticate(basic("user", "user"), "v2")).warnings).toMatchObject([{ code: "basic_in_v2" }]);
    await using strict = await actionBench({ api: { airflow_strict: true } });
    expect((await strict.authenticate(basic("user", "user"), "v2")).verdicts[0]?.refusal.code).toBe(
      "strict.basic_in_v2",
    );
    expect((await strict.authenticate(basic("user", "user"), "v1")).verdicts).toEqual([]);
  });

  it("can be switched off, or marked as deprecated and then recorded", async () => {
    await using off = await actionBench({ api: { auth_backends: ["session", "token"] } });
    expect((await off.authenticate(basic("user", "user"), "v1")).verdicts[0]?.refusal.code).toBe(
      "credentials.scheme_disabled",
    );
    await using marked = await actionBench({
      api: { auth_backends: ["airflow.api.auth.backend.basic_auth:deprecated"] },
    });
    expect((await marked.authenticate(basic("user", "user"), "v1")).warnings).toMatchObject([
      { code: "scheme_deprecated" },
    ]);
    await marked.context.schemeUse.flush();
    expect(await marked.test.database.query("select scheme, client, uses from scheme_use")).toEqual([
      { scheme: "basic_auth", client: "vitest", uses: 1 },
    ]);
  });

  it("names the policy where only API keys are taken, and takes a key", async () => {
    const made = await key();
    const strict = bench.another({ api: { api_keys_only: true } });
    const at = { door: "v1" as const, dialect: "v1" as const, client: { address: null, userAgent: null } };
    const { authenticate } = await import("./authenticate.ts");
    expect((await authenticate(strict, basic("user", "user"), at)).verdicts).toMatchObject([
      {
        refusal: {
          code: "policy.api_keys_only",
          status: { v1: 401 },
          fix: expect.stringContaining("windlass keys create") as string,
        },
      },
    ]);
    expect((await authenticate(strict, { authorization: `Bearer ${made.token}` }, at)).principal.name).toBe("user");
  });
});

describe("sessions", () => {
  it("are taken until log-out, at once here", async () => {
    const session = await login();
    expect(await nameOf({ session: session.token })).toBe("user");
    await logOut(bench.context, { principal: session.principal });
    expect(await codeOf({ session: session.token })).toBe("credentials.session_ended");
  });

  it("end when unused for too long", async () => {
    const session = await login();
    await bench.test.database.execute("update session set last_seen_at = now() - interval '9 hours'");
    expect(await codeOf({ session: session.token })).toBe("credentials.session_ended");
  });

  it("keep no token that could be used", async () => {
    const session = await login();
    const dump = JSON.stringify(
      await bench.test.database.query("select encode(token_hash, 'hex') as hash, user_agent from session"),
    );
    expect(dump).not.toContain(session.token);
  });
});

describe("bearer tokens", () => {
  it("are taken in the header and as v2's cookie until log-out", async () => {
    const made = await token();
    expect(await nameOf({ authorization: `bearer ${made.token}` })).toBe("user");
    expect(await nameOf({ tokenCookie: made.token })).toBe("user");
    await logOut(bench.context, { principal: made.principal, tokenCookie: made.token });
    expect(await codeOf({ authorization: `Bearer ${made.token}` })).toBe("credentials.token_revoked");
  });

  it("tell why they are not taken: expired, signed elsewhere, not valid yet", async () => {
    const made = await token("user", 60);
    bench.clock.advance(120);
    expect(await bench.authenticate({ authorization: `Bearer ${made.token}` })).toMatchObject({
      verdicts: [
        {
          refusal: {
            code: "credentials.token_expired",
            reason: expect.stringContaining(addSeconds(START, 60)) as string,
          },
        },
      ],
    });
    bench.clock.advance(-300);
    expect(await codeOf({ authorization: `Bearer ${made.token}` })).toBe("credentials.token_not_yet_valid");
    const foreign = await new SignJWT({ stamp: "x" })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("1")
      .setJti("1")
      .setIssuer("windlass")
      .setAudience("windlass-api")
      .setExpirationTime("1h")
      .sign(Buffer.alloc(32, 1));
    expect(await codeOf({ authorization: `Bearer ${foreign}` })).toBe("credentials.token_signature");
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"sub":"1"}').toString("base64url")}.`;
    expect(await codeOf({ authorization: `Bearer ${none}` })).toMatch(/credentials\.token_(signature|malformed)/);
  });

  it("lose to nothing: a bad one beside a good cookie is refused, a good one beside a bad cookie is taken", async () => {
    const session = await login();
    const made = await token();
    expect(await codeOf({ authorization: "Bearer garbage", session: session.token })).toBe(
      "credentials.token_malformed",
    );
    expect(await nameOf({ authorization: `Bearer ${made.token}`, session: "garbage", tokenCookie: "garbage" })).toBe(
      "user",
    );
  });
});

describe("API keys", () => {
  it("are taken in either header, and hold no more than their scopes", async () => {
    const made = await key("user", ["can_read on DAGs"]);
    expect(made.token).toMatch(/^windlass_p_[0-9A-Za-z]{36}$/);
    const { principal } = await bench.authenticate({ authorization: `Bearer ${made.token}` });
    expect([...principal.permissions]).toEqual(["can_read on DAGs"]);
    expect(principal.credential).toEqual({ kind: "api-key", id: made.displayId });
    expect(await nameOf({ apiKey: made.token })).toBe("user");
  });

  it("tell which: a typing error without asking the database, unknown, expired, revoked", async () => {
    const made = await key();
    const swapped = made.token.slice(0, 11) + [...made.token.slice(11)].reverse().join("");
    await using closed = await actionBench();
    await closed.test.drop();
    expect((await closed.authenticate({ apiKey: swapped })).verdicts[0]?.refusal.code).toBe("credentials.key_checksum");
    expect(await codeOf({ apiKey: makeApiKeyToken(bench.context.random) })).toBe("credentials.key_unknown");
    bench.clock.advance(40 * 86_400);
    await bench.test.database.execute("update api_key set expires_at = $1", [addSeconds(START, 1)]);
    expect(await codeOf({ apiKey: made.token })).toBe("credentials.key_expired");
    await perform(bench.context, await bench.request("user"), deleteApiKey, { id: made.id });
    expect(await codeOf({ apiKey: made.token })).toBe("credentials.key_revoked");
  });

  it("cannot make a key that may more than themselves", async () => {
    const made = await key("user", ["can_read on DAGs"]);
    const { principal } = await bench.authenticate({ apiKey: made.token });
    const wider = perform(bench.context, await bench.request("user", { principal }), createApiKey, {
      name: "w",
      expiresInDays: 1,
      scopes: ["can_edit on DAGs"],
    });
    await expect(wider).rejects.toMatchObject({ refusals: [{ code: "request.field_wrong", pointer: "/scopes" }] });
    const same = await perform(bench.context, await bench.request("user", { principal }), createApiKey, {
      name: "s",
      expiresInDays: 1,
    });
    expect(same.result.scopes).toEqual(["can_read on DAGs"]);
  });

  it("are bounded in number", async () => {
    await bench.test.database.execute(
      `insert into api_key (account_id, name, token_hash, display_id, expires_at)
       select a.id, 'k', decode(md5(n::text), 'hex'), 'x', $1 from account a, generate_series(1, 50) n where a.user_name = 'user'`,
      [addSeconds(START, 3600)],
    );
    await expect(key()).rejects.toMatchObject({ refusals: [{ code: "limit.api_keys", limit: 50 }] });
  });

  it("cannot live for ever", async () => {
    await expect(key("user", null, 10_000)).rejects.toMatchObject({
      refusals: [{ code: "request.field_wrong", pointer: "/expires_in_days" }],
    });
  });
});

describe("after an event every credential of the account is void within a second, on every server", () => {
  const events: readonly [string, () => Promise<unknown>][] = [
    [
      "a changed password",
      async () =>
        perform(bench.context, await bench.request("user"), changePassword, {
          currentPassword: "user",
          newPassword: "another",
        }),
    ],
    [
      "other roles",
      async () =>
        perform(bench.context, await bench.request("admin"), patchUser, { userName: "user", roles: ["Viewer"] }),
    ],
    [
      "switching off",
      async () => perform(bench.context, await bench.request("admin"), patchUser, { userName: "user", active: false }),
    ],
    ["a new stamp", async () => updateAccount(bench.test.database, (await bench.as("user")).id, {}, true)],
  ];

  it.each(events)("%s", async (name, happen) => {
    const { authenticate } = await import("./authenticate.ts");
    const [session, bearer, apiKey] = [await login(), await token(), await key()];
    const other = bench.another();
    const at = { door: "v2" as const, dialect: "v1" as const, client: { address: "127.0.0.1", userAgent: null } };
    const credentials = {
      session: { session: session.token },
      token: { authorization: `Bearer ${bearer.token}` },
      basic: basic("user", "user"),
      key: { apiKey: apiKey.token },
    };
    for (const each of Object.values(credentials)) expect((await authenticate(other, each, at)).verdicts).toEqual([]);
    await happen();
    bench.age(1000);
    const after = Object.fromEntries(
      await Promise.all(
        Object.entries(credentials).map(
          async ([kind, each]) =>
            [kind, (await authenticate(other, each, at)).verdicts[0]?.refusal.code ?? "taken"] as const,
        ),
      ),
    );
    expect(after).toMatchObject({ session: "credentials.session_ended", token: "credentials.token_revoked" });
    // A key is no log-in: it stays with its owner, and ends with them.
    expect(after.key).toBe(name === "switching off" ? "credentials.account_off" : "taken");
    expect(after.basic).toBe(name === "a changed password" || name === "switching off" ? "credentials.wrong" : "taken");
  });
});
