import { type Instant, nearest, permissionNames, refusal, RefusalError, type Verdict } from "@windlass/contract";
import { unknownObject, unknownVerdict } from "../../domain/decide/object-names.ts";
import { insertApiKey, listApiKeys, revokeApiKey } from "../../store/api-keys.ts";
import type { Action } from "../action.ts";
import { displayIdOf, hashToken, makeApiKeyToken } from "./api-key-token.ts";

/** A key as its owner asks for it. */
export interface ApiKeyInput {
  readonly name: string;
  /** Days until it ends; there is no key without an end. */
  readonly expiresInDays: number;
  /** Permission keys such as `can_create on DAG Runs`; absent: everything that the owner may. */
  readonly scopes?: readonly string[] | null | undefined;
}

/** A key just made. The token is shown once and kept nowhere. */
export interface NewApiKey {
  readonly id: number;
  readonly name: string;
  readonly displayId: string;
  readonly token: string;
  readonly scopes: readonly string[] | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
}

const MOST_KEYS = 50;
const LONGEST_NAME = 100;

/** Makes an API key of one's own. A key that is itself narrowed to scopes cannot make a wider one. */
export const createApiKey: Action<ApiKeyInput, ApiKeyInput, NewApiKey> = {
  name: "api_key.create",
  event: "create_api_key",
  subject: ({ name }) => ({ dagId: null, object: name }),
  async decide(context, request, input) {
    const verdicts: Verdict[] = [];
    const { principal } = request;
    const longest = context.config.security.api_key_longest_days;
    const { name, expiresInDays: days } = input;
    if (typeof name === "string" && (name.trim() === "" || name.length > LONGEST_NAME))
      verdicts.push(wrong("name", "it must have 1 to 100 characters.", "a short name"));
    if (typeof days === "number" && !(days > 0 && days <= longest))
      verdicts.push(
        wrong("expires_in_days", `it is ${String(days)}.`, `more than 0 and at most ${String(longest)} days`),
      );
    const unknown = (input.scopes ?? []).filter((each) => !principal.permissions.has(each));
    if (unknown.length > 0) {
      const near = nearest(unknown[0] ?? "", permissionNames());
      verdicts.push(
        wrong(
          "scopes",
          `"${unknown.join('", "')}" is nothing that this credential may${near === undefined ? "" : `; did you mean "${near}"?`}.`,
          "permissions that you have yourself",
        ),
      );
    }
    const now = context.clock.now();
    const living = (await listApiKeys(context.database, principal.id)).filter(
      (key) => key.revokedAt === null && key.expiresAt > now,
    );
    if (living.length >= MOST_KEYS)
      verdicts.push({
        phase: "limits",
        refusal: refusal("limit.api_keys", { limit: MOST_KEYS }, { limit: MOST_KEYS }),
      });
    const narrowed = input.scopes ?? (principal.ownerPermissions === undefined ? null : [...principal.permissions]);
    return { verdicts, warnings: [], plan: { ...input, scopes: narrowed } };
  },
  async execute(tx, context, request, { name, expiresInDays, scopes = null }) {
    const token = makeApiKeyToken(context.random);
    const key = await insertApiKey(tx, {
      accountId: request.principal.id,
      name,
      tokenHash: hashToken(token),
      displayId: displayIdOf(token),
      scopes,
      days: expiresInDays,
    });
    const { id, displayId, createdAt, expiresAt } = key;
    return {
      result: { id, name, displayId, token, scopes, createdAt, expiresAt },
      extra: { key_id: id, display_id: displayId, scopes },
    };
  },
};

/** Revokes one of one's own keys; requests with it are refused within a second on every server. */
export const deleteApiKey: Action<{ readonly id: number }, { readonly id: number }, { readonly id: number }> = {
  name: "api_key.delete",
  event: "revoke_api_key",
  subject: ({ id }) => ({ dagId: null, object: String(id) }),
  async decide(context, request, input) {
    const keys = await listApiKeys(context.database, request.principal.id);
    const there = keys.some((key) => key.id === input.id && key.revokedAt === null);
    return { verdicts: there ? [] : [unknownVerdict("API key", String(input.id))], warnings: [], plan: input };
  },
  async execute(tx, context, request, { id }) {
    if (!(await revokeApiKey(tx, request.principal.id, id)))
      throw new RefusalError(unknownObject("API key", String(id)));
    return { result: { id }, extra: { key_id: id }, afterCommit: () => context.accounts.forget() };
  },
};

function wrong(name: string, problem: string, expected: string): Verdict {
  return {
    phase: "fields",
    refusal: refusal("request.field_wrong", { name, part: "body", problem, expected }, { pointer: `/${name}` }),
  };
}
