/** A value that can be kept as XCom. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Which XCom to read. Task and run are the running one's where they are left out. */
export interface GetXComOpts {
  key: string;
  /** Of this Dag; another Dag's XComs are not read. */
  dagId?: string;
  runId?: string;
  taskId?: string;
  /** null: of a task that is not mapped. @default the running instance's own */
  mapIndex?: number | null;
  /** Not there: runs are read one at a time, by their ids. */
  includePriorDates?: boolean;
}

/** Which XCom to leave. A task leaves its own only, so that everything beside key and value may only name the running instance. */
export interface SetXComOpts {
  key: string;
  value: JsonValue;
  dagId?: string;
  runId?: string;
  taskId?: string;
  mapIndex?: number | null;
}

/** A connection. */
export interface ConnectionResult {
  id: string;
  type: string;
  host?: string | null;
  schema?: string | null;
  login?: string | null;
  password?: string | null;
  port?: number | null;
  /** JSON text. */
  extra?: string | null;
}

/** What a task may ask for while it runs. */
export interface TaskClient {
  /** A variable's text; null where there is none of that key. */
  getVariable(key: string): Promise<string | null>;
  /** @throws VariableNotFoundError where there is none of that key */
  getVariableOrThrow(key: string): Promise<string>;
  /** An XCom; null where there is none. */
  getXCom<T = unknown>(opts: GetXComOpts): Promise<T | null>;
  /** Leaves an XCom of the running task instance. */
  setXCom(opts: SetXComOpts): Promise<void>;
  /** A connection; null where there is none of that id. */
  getConnection(connId: string): Promise<ConnectionResult | null>;
  /** @throws ConnectionNotFoundError where there is none of that id */
  getConnectionOrThrow(connId: string): Promise<ConnectionResult>;
}
