import {
  type AssetEventValue,
  type AssetKey,
  type ConnectionValue,
  type InletEventQuery,
  type JsonValue,
  RETURN_VALUE_KEY,
} from "@windlass/contract";
import { assetOf } from "../serialize/asset-uri.ts";
import type { Asset } from "./asset.ts";
import { LazySequence } from "./lazy-sequence.ts";
import { BetweenDagsClient, type BetweenDagsPort } from "./between-dags.ts";
import { FailWithoutRetry } from "./outcomes.ts";

/** Which XCom to read. */
export interface XcomQuery {
  readonly taskId: string;
  /** @default "return_value" */
  readonly key?: string;
  /** Of a mapped task. @default -1 */
  readonly mapIndex?: number;
  /** Of another run of the same Dag. @default this run */
  readonly runId?: string;
  /** Also that of the latest run of an earlier logical date, where this run has none. @default false */
  readonly includePriorDates?: boolean;
}

/** Which XComs of a mapped task's instances to read. */
export type XcomsQuery = Pick<XcomQuery, "taskId" | "key" | "runId">;

/** A query with its defaults. @internal */
export type FullXcomQuery = Required<Omit<XcomQuery, "runId" | "includePriorDates">> &
  Pick<XcomQuery, "runId" | "includePriorDates">;

/** The same of several XComs. @internal */
export type FullXcomsQuery = Required<Omit<XcomsQuery, "runId">> & Pick<XcomQuery, "runId">;

/** How a client reaches the control plane: the runner's channel, or the fakes of `dag.test`. */
export interface ClientPort extends BetweenDagsPort {
  getConnection(connectionId: string): Promise<ConnectionValue | null>;
  getVariable(key: string): Promise<string | null>;
  getXcom(query: FullXcomQuery): Promise<JsonValue | undefined>;
  countXcoms(query: FullXcomsQuery): Promise<number>;
  sliceXcoms(query: FullXcomsQuery, offset: number, limit: number): Promise<readonly JsonValue[]>;
  setXcom(key: string, value: JsonValue): Promise<void>;
  getTriggeringAssetEvents(): Promise<readonly AssetEventValue[]>;
  getInletEvents(query: InletEventQuery): Promise<readonly AssetEventValue[]>;
  getAssetState(asset: AssetKey, key: string): Promise<JsonValue | undefined>;
  setAssetState(asset: AssetKey, key: string, value: JsonValue): Promise<void>;
}

/** What a task may ask of Windlass while it runs. It sees the connections and variables it asks for, and nothing else. */
export class TaskClient {
  readonly #port: ClientPort;
  /** Runs and tasks of other Dags. */
  readonly dags: BetweenDagsClient;

  /** @internal */
  constructor(port: ClientPort) {
    this.#port = port;
    this.dags = new BetweenDagsClient(port);
  }

  /** A connection, or null where there is none of that id. */
  getConnection(connectionId: string): Promise<ConnectionValue | null> {
    return this.#port.getConnection(connectionId);
  }

  /** A connection. @throws FailWithoutRetry where there is none of that id: trying again would not make it appear */
  async getConnectionOrThrow(connectionId: string): Promise<ConnectionValue> {
    const connection = await this.#port.getConnection(connectionId);
    if (connection !== null) return connection;
    throw new FailWithoutRetry(
      `There is no connection "${connectionId}". Add it under Connections, or name it under the Dag's \`requires\` so that a run without it is refused.`,
    );
  }

  /** A variable's text, or null where there is none of that key. */
  getVariable(key: string): Promise<string | null> {
    return this.#port.getVariable(key);
  }

  /** A variable's text. @throws FailWithoutRetry where there is none of that key */
  async getVariableOrThrow(key: string): Promise<string> {
    const value = await this.#port.getVariable(key);
    if (value !== null) return value;
    throw new FailWithoutRetry(
      `There is no variable "${key}". Add it under Variables, or name it under the Dag's \`requires\` so that a run without it is refused.`,
    );
  }

  /** An XCom that a task left, or undefined where it left none. Results of upstream tasks come easier as the handler's inputs. */
  getXcom(query: XcomQuery): Promise<JsonValue | undefined> {
    return this.#port.getXcom({ key: RETURN_VALUE_KEY, mapIndex: -1, ...query });
  }

  /** What is kept beside an asset under a key, by tasks or through the API; undefined where nothing is. */
  getAssetState(asset: Asset, key: string): Promise<JsonValue | undefined> {
    return this.#port.getAssetState(keyOf(asset), key);
  }

  /** Keeps a value beside an asset, from run to run: how far it was read, for example. It goes when no Dag names the asset any more. */
  setAssetState(asset: Asset, key: string, value: JsonValue): Promise<void> {
    return this.#port.setAssetState(keyOf(asset), key, value);
  }

  /**
   * What the instances of a mapped task left, read as far as it is used.
   * @example for await (const size of client.getXcoms<number>({ taskId: "measure" })) total += size;
   */
  getXcoms<T = JsonValue>(query: XcomsQuery): LazySequence<T> {
    const full = { key: RETURN_VALUE_KEY, ...query };
    return new LazySequence<T>({
      count: () => this.#port.countXcoms(full),
      slice: (offset, limit) => this.#port.sliceXcoms(full, offset, limit),
    });
  }

  /**
   * Leaves an XCom under a key of its own. The return value is left under `return_value` without asking.
   * @throws FailWithoutRetry where it is no JSON or too large
   */
  setXcom(key: string, value: JsonValue): Promise<void> {
    return this.#port.setXcom(key, value);
  }
}

function keyOf(asset: Asset): AssetKey {
  const { name, uri } = assetOf(asset);
  return { name, uri };
}
