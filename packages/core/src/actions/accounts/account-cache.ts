import { permissionKey } from "@windlass/contract";
import type { Database } from "../../database/sql.ts";
import { type Account, findAccount, getAccount, permissionsOfRoles } from "../../store/accounts.ts";
import { type ApiKey, findApiKey } from "../../store/api-keys.ts";
import { isTokenRevoked } from "../../store/revoked-tokens.ts";
import { findSession, type SessionRow } from "../../store/sessions.ts";
import { type Monotonic, TimedCache } from "../timed-cache.ts";

// Revocation is to take effect within a second on every server; checks run on these.
const TTL_MS = 800;
const MOST = 5000;
const USE_EVERY_MS = 60_000;

const isThere = (value: unknown): boolean => value !== undefined;

/** Accounts, their rights and their credentials, less than a second old: many requests of one caller cost one look-up. */
export class AccountCache {
  readonly #database: Database;
  readonly #now: Monotonic;
  readonly #uses = new Map<string, number>();
  readonly #byName: TimedCache<Account | undefined>;
  readonly #byId: TimedCache<Account | undefined>;
  readonly #permissions: TimedCache<ReadonlySet<string>>;
  readonly #sessions: TimedCache<SessionRow | undefined>;
  readonly #keys: TimedCache<ApiKey | undefined>;
  readonly #revoked: TimedCache<boolean>;

  constructor(database: Database, now: Monotonic) {
    this.#database = database;
    this.#now = now;
    const options = { now, ttlMs: TTL_MS, most: MOST };
    // What was not found may be made the next moment.
    const found = { ...options, keep: isThere };
    this.#byName = new TimedCache<Account | undefined>(found);
    this.#byId = new TimedCache<Account | undefined>(found);
    this.#permissions = new TimedCache(options);
    this.#sessions = new TimedCache<SessionRow | undefined>(found);
    this.#keys = new TimedCache<ApiKey | undefined>(found);
    this.#revoked = new TimedCache(options);
  }

  byName(userName: string): Promise<Account | undefined> {
    return this.#byName.get(userName.toLowerCase(), () => findAccount(this.#database, userName));
  }

  byId(id: number): Promise<Account | undefined> {
    return this.#byId.get(String(id), () => getAccount(this.#database, id));
  }

  /** What an account may do: its roles' permissions and what Dags grant to its roles. */
  permissionsOf(account: Account): Promise<ReadonlySet<string>> {
    return this.#permissions.get(
      account.roles.join("\n"),
      async () => new Set((await permissionsOfRoles(this.#database, account.roles)).map(permissionKey)),
    );
  }

  session(tokenHash: Buffer, idleSeconds: number): Promise<SessionRow | undefined> {
    return this.#sessions.get(tokenHash.toString("base64"), () => findSession(this.#database, tokenHash, idleSeconds));
  }

  apiKey(tokenHash: Buffer): Promise<ApiKey | undefined> {
    return this.#keys.get(tokenHash.toString("base64"), () => findApiKey(this.#database, tokenHash));
  }

  tokenRevoked(tokenId: string): Promise<boolean> {
    return this.#revoked.get(tokenId, () => isTokenRevoked(this.#database, tokenId));
  }

  /** Whether the last use of a session or key is worth writing: once a minute here, so that a busy caller costs no statement a request. */
  isUseDue(credential: string): boolean {
    const now = this.#now();
    const last = this.#uses.get(credential);
    if (last !== undefined && now - last < USE_EVERY_MS) return false;
    if (this.#uses.size >= MOST) this.#uses.clear();
    this.#uses.set(credential, now);
    return true;
  }

  /** Forgets everything, after a change made here: other servers see it within a second, this one at once. */
  forget(): void {
    for (const cache of [this.#byName, this.#byId, this.#permissions, this.#sessions, this.#keys, this.#revoked])
      cache.forget();
  }
}
