import type { ConnectionValue } from "@windlass/contract";
import type { TaskContext } from "../authoring/context.ts";
import type { ConnectionResult, GetXComOpts, SetXComOpts, TaskClient } from "./client-types.ts";
import { AirflowSdkMisuse } from "./misuse.ts";

/** Thrown by `getVariableOrThrow`. It is an error like any other: the task is tried again where it has retries left. */
export class VariableNotFoundError extends Error {
  override readonly name = "VariableNotFoundError";
  readonly key: string;

  constructor(key: string) {
    super(`Variable not found: ${key}`);
    this.key = key;
  }
}

/** Thrown by `getConnectionOrThrow`. It is an error like any other: the task is tried again where it has retries left. */
export class ConnectionNotFoundError extends Error {
  override readonly name = "ConnectionNotFoundError";
  readonly connId: string;

  constructor(connId: string) {
    super(`Connection not found: ${connId}`);
    this.connId = connId;
  }
}

function connectionResult(connection: ConnectionValue): ConnectionResult {
  const { connectionId, connType, host, schema, login, password, port, extra } = connection;
  return { id: connectionId, type: connType, host, schema, login, password, port, extra };
}

/** The client of an attempt in the shape that the package has. */
export function clientOf(context: TaskContext): TaskClient {
  const { client } = context;
  const mapIndexOf = (given: number | null | undefined): number => {
    const index = given === undefined ? context.mapIndex : given;
    return index === null || index < 0 ? -1 : index;
  };

  const getConnection = async (connId: string): Promise<ConnectionResult | null> => {
    const found = await client.getConnection(connId);
    return found === null ? null : connectionResult(found);
  };

  return {
    getVariable: (key) => client.getVariable(key),
    async getVariableOrThrow(key) {
      const value = await client.getVariable(key);
      if (value === null) throw new VariableNotFoundError(key);
      return value;
    },
    async getXCom<T>(opts: GetXComOpts): Promise<T | null> {
      if (opts.dagId !== undefined && opts.dagId !== context.dagId) {
        throw new AirflowSdkMisuse(
          `getXCom of the Dag "${opts.dagId}": a task reads XComs of its own Dag only. Hand the value on by the conf of a triggered run.`,
        );
      }
      if (opts.includePriorDates === true) {
        throw new AirflowSdkMisuse("getXCom with includePriorDates is not there: name the run by its runId.");
      }
      const found = await client.getXcom({
        taskId: opts.taskId ?? context.taskId,
        key: opts.key,
        mapIndex: mapIndexOf(opts.mapIndex),
        ...(opts.runId === undefined ? {} : { runId: opts.runId }),
      });
      return (found ?? null) as T | null;
    },
    async setXCom(opts: SetXComOpts) {
      const { dagId = context.dagId, taskId = context.taskId, runId = context.runId } = opts;
      const isOwn = dagId === context.dagId && taskId === context.taskId && runId === context.runId;
      if (!isOwn || mapIndexOf(opts.mapIndex) !== context.mapIndex) {
        throw new AirflowSdkMisuse(
          `setXCom for ${dagId}.${taskId} of the run ${runId}: a task leaves XComs of its own instance only.`,
        );
      }
      await client.setXcom(opts.key, opts.value);
    },
    getConnection,
    async getConnectionOrThrow(connId) {
      const connection = await getConnection(connId);
      if (connection === null) throw new ConnectionNotFoundError(connId);
      return connection;
    },
  };
}
