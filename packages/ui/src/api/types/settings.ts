/** v2's connection; the password never comes back. */
export interface Connection {
  readonly connection_id: string;
  readonly conn_type: string;
  readonly description: string | null;
  readonly host: string | null;
  readonly login: string | null;
  readonly schema: string | null;
  readonly port: number | null;
  readonly extra: string | null;
}

/** v2's variable. */
export interface Variable {
  readonly key: string;
  readonly value: string | null;
  readonly description: string | null;
}

/** v2's pool. */
export interface Pool {
  readonly name: string;
  readonly slots: number;
  readonly description: string | null;
  readonly include_deferred: boolean;
  readonly occupied_slots: number;
  readonly running_slots: number;
  readonly queued_slots: number;
  readonly scheduled_slots: number;
  readonly open_slots: number;
  readonly deferred_slots: number;
}

/** v2's health. */
export type Health = Readonly<Record<string, { readonly status: string | null } | null>>;
