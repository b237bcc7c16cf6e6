/** A part of an attempt's log: raw lines as stored, JSON each. */
export interface LogPart {
  readonly bytes: Uint8Array;
  /** Offset behind the last byte of `bytes`. */
  readonly nextOffset: number;
  /** Bytes that there are by now. */
  readonly totalBytes: number;
}

/** Reads logs of attempts by range; the local folder first, an object store later. */
export interface LogReader {
  /**
   * At most `limit` bytes from `offset` on; nothing where the log has no more by now. A negative offset counts from the end.
   * @returns undefined where the attempt has no log (it never started, or retention removed it)
   */
  read(attemptId: string, offset: number, limit: number): Promise<LogPart | undefined>;
  /** Settles when the log may have grown, at the latest after `waitMs`. */
  grown(attemptId: string, fromBytes: number, waitMs: number, signal: AbortSignal): Promise<void>;
}

/** Takes logs of attempts that ran elsewhere, to where the reader finds them. */
export interface LogSink {
  /**
   * Appends a part that begins at `offset`; what is there already is not written twice, and what would go beyond `limit` is left out.
   * @returns how many bytes there are by now; fewer than `offset` where the part does not follow them, and nothing was written
   */
  append(attemptId: string, offset: number, bytes: Uint8Array, limit: number): Promise<number>;
}
