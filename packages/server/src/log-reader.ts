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
