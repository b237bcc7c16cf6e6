/** A request as it came, independent of the HTTP framework; `POST /check` makes them too. */
export interface Incoming {
  readonly method: string;
  /** Without the base path and the query, not decoded. */
  readonly path: string;
  readonly search: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Uint8Array | undefined;
  readonly address: string | null;
  readonly requestId: string;
  readonly signal: AbortSignal;
}
