import {
  type Clock,
  type Dialect,
  type Door,
  type JsonObject,
  type JsonValue,
  type Principal,
  type Refusal,
  type SuggestedRequest,
} from "@windlass/contract";
import type { Database } from "../database/sql.ts";
import { maskPath, maskSecrets } from "../domain/mask.ts";
import { insertRefusedRequests, type RefusedRequestRow } from "../store/refused-requests.ts";
import type { EngineSignals } from "./context.ts";

/** A request that was refused, with everything that is known of it. */
export interface RefusedRequest {
  readonly requestId: string;
  readonly principal: Principal;
  /** The name that came with a credential that was not believed. */
  readonly claimedName: string | null;
  readonly door: Door;
  readonly dialect: Dialect;
  readonly method: string;
  /** As sent, with the query. */
  readonly path: string;
  readonly route: string | null;
  readonly status: number;
  readonly dagId: string | null;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: JsonValue | undefined;
  readonly refusals: readonly [Refusal, ...Refusal[]];
}

const FLUSH_MS = 20;
const MOST_WAITING = 5000;
const LARGEST_BODY = 16_384;
const LONGEST_PATH = 2000;
// Every other header may carry what must not be stored.
const KEPT_HEADERS = [
  "accept",
  "content-type",
  "content-length",
  "user-agent",
  "prefer",
  "origin",
  "referer",
  "sec-fetch-site",
  "idempotency-key",
];
// On these routes the secret has a harmless name.
const SECRET_FIELDS: readonly { readonly route: RegExp; readonly names: ReadonlySet<string> }[] = [
  { route: /connections/i, names: new Set(["password", "extra", "login"]) },
  { route: /variables/i, names: new Set(["value", "val"]) },
  { route: /session|token|login|users|password/i, names: new Set(["password", "new_password", "old_password"]) },
];

/** Keeps one row for each refused request, written in batches a moment later. What cannot be written is dropped, never the request itself. */
export class RefusalLog {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #signals: EngineSignals;
  readonly #sensitive: readonly string[];
  #waiting: RefusedRequestRow[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly database: Database;
    readonly clock: Clock;
    readonly signals: EngineSignals;
    readonly sensitive: readonly string[];
  }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#signals = options.signals;
    this.#sensitive = options.sensitive;
  }

  /** Takes note of one refused request; secrets are removed here, before anything is kept. */
  record(refused: RefusedRequest): void {
    if (this.#waiting.length >= MOST_WAITING) return;
    this.#waiting.push(this.#toRow(refused));
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), FLUSH_MS).unref();
  }

  /** Writes what waits. @throws DatabaseError */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.#waiting;
    this.#waiting = [];
    const write = this.#writing.then(async () => {
      await insertRefusedRequests(this.#database, rows);
      for (const row of rows) this.#signals.refused(row.requestId);
    });
    this.#writing = write.catch(() => undefined);
    await write;
  }

  #toRow(refused: RefusedRequest): RefusedRequestRow {
    const { principal } = refused;
    const known = principal.kind !== "anonymous";
    const names = secretNames(refused.route ?? refused.path);
    const refusals = refused.refusals.map((each) => this.#maskRefusal(each, names)) as [Refusal, ...Refusal[]];
    return {
      requestId: refused.requestId,
      at: this.#clock.now(),
      accountId: known && principal.id !== 0 ? principal.id : null,
      accountName: known ? principal.name : (refused.claimedName?.slice(0, 250) ?? null),
      credentialKind: known ? principal.credential.kind : null,
      credentialId: principal.credential.id,
      door: refused.door,
      method: refused.method,
      path: maskPath(refused.path).slice(0, LONGEST_PATH),
      route: refused.route,
      status: refused.status,
      dagId: refused.dagId?.slice(0, 250) ?? null,
      refusals,
      request: this.#maskRequest(refused, names),
      corrected: refusals.find((each) => each.suggestedRequest)?.suggestedRequest ?? null,
    };
  }

  #maskRequest(refused: RefusedRequest, names: ReadonlySet<string>): JsonObject {
    const headers = Object.fromEntries(
      KEPT_HEADERS.flatMap((name) =>
        refused.headers[name] === undefined ? [] : [[name, refused.headers[name].slice(0, 500)]],
      ),
    );
    const scheme = refused.headers.authorization?.trim().split(/\s+/)[0];
    return {
      method: refused.method,
      path: maskPath(refused.path).slice(0, LONGEST_PATH),
      headers: {
        ...headers,
        ...(scheme ? { authorization: /^(basic|bearer)$/i.test(scheme) ? `${scheme} ***` : "***" } : {}),
      },
      body: this.#maskBody(refused.body ?? null, names),
    };
  }

  #maskBody(body: JsonValue, names: ReadonlySet<string>): JsonValue {
    const masked = maskSecrets(body, this.#sensitive, names);
    const length = JSON.stringify(masked).length;
    return length > LARGEST_BODY ? { windlass: `left out: ${String(length)} characters` } : masked;
  }

  /** A refusal shows what was sent in `actual` and in the corrected body; both may hold secrets. */
  #maskRefusal(refusal: Refusal, names: ReadonlySet<string>): Refusal {
    const field = refusal.pointer?.split("/").at(-1) ?? "";
    const wrap = maskSecrets({ [field]: refusal.actual ?? null }, this.#sensitive, names) as JsonObject;
    const corrected = refusal.suggestedRequest;
    const suggestedRequest: SuggestedRequest | undefined =
      corrected?.body === undefined
        ? corrected
        : { ...corrected, body: this.#maskBody(corrected.body as JsonValue, names) };
    const { airflow: _airflow, ...rest } = refusal;
    return {
      ...rest,
      ...(refusal.actual === undefined ? {} : { actual: this.#maskBody(wrap[field] ?? null, names) }),
      ...(suggestedRequest === undefined ? {} : { suggestedRequest }),
    };
  }
}

function secretNames(route: string): ReadonlySet<string> {
  return SECRET_FIELDS.find((each) => each.route.test(route))?.names ?? new Set();
}
