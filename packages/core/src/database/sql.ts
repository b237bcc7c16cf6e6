/** Runs statements: on any connection of the pool, or on the one connection of a transaction. */
export interface Sql {
  /**
   * The rows of one statement. Parameters are `$1`, `$2`…; arrays become PostgreSQL arrays, so JSON is passed as text (`JSON.stringify`) with a
   * cast to `jsonb`. Column types come back as: int8 and numeric as number, timestamptz as `Instant`, date, timestamp and interval as PostgreSQL's
   * text, json and jsonb parsed, bytea as Buffer.
   * @throws DatabaseError
   */
  query<Row>(text: string, params?: readonly unknown[]): Promise<Row[]>;
  /** As `query`, for a statement whose rows nobody reads. @returns the number of rows changed @throws DatabaseError */
  execute(text: string, params?: readonly unknown[]): Promise<number>;
}

/** Runs statements in one transaction. */
export interface Transaction extends Sql {
  /**
   * For the statement that ends the transaction: COMMIT is sent right behind it and costs no round trip of its own. So whatever must not be committed,
   * the statement itself has to refuse by an error, and nothing may be sent afterwards. What it throws: nothing was changed, save where the
   * connection was lost.
   */
  readonly last: Sql;
}

/** A PostgreSQL database behind a pool of connections. It survives restarts of the server: what runs meanwhile fails as `unavailable`, what comes later waits shortly. */
export interface Database extends Sql {
  /**
   * Runs `work` in one READ COMMITTED transaction and commits it. When PostgreSQL gives it up for a conflict (serialization failure, deadlock, lock
   * time-out) the whole of `work` runs again, so it must do nothing but SQL. Whatever `work` throws rolls back and comes out unchanged. Statements that
   * do not wait for each other (`Promise.all`) travel together and run in the order in which they were sent.
   * @throws DatabaseError
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Calls `onNotify` for every notification on a channel, from the moment the promise is settled until the returned function has been called. After
   * a lost connection it listens again and then calls `onNotify("")` once, because notifications may have been missed.
   * @throws DatabaseError where the first connection cannot be made
   */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  /** Sends a notification; listeners of every process get it at once. @throws DatabaseError */
  notify(channel: string, payload: string): Promise<void>;
  /** Waits for running statements, then ends every connection. Repeating it does nothing. */
  close(): Promise<void>;
  /** Where it is, with the password: for processes of ours only, never for a child that runs user code. */
  readonly url: string;
}

/** The parts of a connection; `host` is a name, an address or the folder of a unix socket. */
export interface ConnectionParts {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}
