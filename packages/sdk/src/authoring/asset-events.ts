import {
  type AssetEventValue,
  type EmittedAssetEvent,
  type InletEventQuery,
  type Instant,
  InvariantError,
  isJsonObject,
  type JsonObject,
  parseInstant,
} from "@windlass/contract";
import { assetOf } from "../serialize/asset-uri.ts";
import type { Asset, AssetAlias } from "./asset.ts";

/** An event of an asset, as a handler reads it. */
export type AssetEvent = AssetEventValue;

/** What is said of an event. */
export interface OutletEventOptions {
  /** The partition that was written. @default the run's */
  readonly partitionKey?: string;
}

/** Which events of an inlet are read. */
export interface InletEventOptions {
  /** At or after this moment: text in ISO 8601 with a zone, or a Date. */
  readonly after?: string | Date;
  /** Before this moment. */
  readonly before?: string | Date;
  /** The newest first. @default false */
  readonly descending?: boolean;
  /** At most so many. @default 1000, which is also the most */
  readonly limit?: number;
}

/**
 * What a task says of the events of its outlets. They are written with the success of the try, in one commit, or not at all; what a failed try said is
 * forgotten. An outlet of which nothing is said has one event, with an empty extra.
 */
export class OutletEvents {
  readonly #emitted: EmittedAssetEvent[] = [];

  /** Says something of the event of an outlet. Said twice with different partitions it is two events; otherwise the later members win. */
  add(outlet: Asset, extra?: JsonObject, options?: OutletEventOptions): void;
  /** Fills an alias among the outlets with an asset, which is made where there is none yet. */
  add(alias: AssetAlias, asset: Asset, extra?: JsonObject): void;
  add(outlet: Asset | AssetAlias, second: Asset | JsonObject = {}, third: JsonObject | OutletEventOptions = {}): void {
    if (outlet.kind === "alias") {
      const asset = assetOf(second as Asset);
      this.#emitted.push({ asset, alias: outlet.name, extra: plainObject(third) });
      return;
    }
    const extra = plainObject(second);
    const { partitionKey } = third as OutletEventOptions;
    if (partitionKey !== undefined && (partitionKey.trim() === "" || partitionKey.length > 250)) {
      throw new InvariantError("a partition key is a text of 1 to 250 characters that is not blank");
    }
    const asset = assetOf(outlet);
    const before = this.#emitted.findIndex(
      (each) =>
        each.alias === undefined &&
        each.asset.name === asset.name &&
        each.asset.uri === asset.uri &&
        each.partitionKey === partitionKey,
    );
    const kept = this.#emitted[before]?.extra;
    const event = { asset, extra: { ...kept, ...extra }, ...(partitionKey !== undefined && { partitionKey }) };
    if (before === -1) this.#emitted.push(event);
    else this.#emitted[before] = event;
  }

  /** What was said. @internal */
  take(): readonly EmittedAssetEvent[] {
    return this.#emitted;
  }
}

/** A copy as JSON keeps it. @throws InvariantError where it is no object of JSON values */
function plainObject(value: unknown): JsonObject {
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify(value));
  } catch {
    copy = undefined;
  }
  if (copy !== undefined && isJsonObject(copy)) return copy;
  throw new InvariantError("the extra of an asset event is an object of JSON values");
}

/** A question for events as the control plane takes it. @throws InvariantError where a moment cannot be read @internal */
export function inletEventQuery(of: Asset | AssetAlias, options: InletEventOptions = {}): InletEventQuery {
  const { after, before, descending, limit } = options;
  const asset = of.kind === "asset" ? assetOf(of) : undefined;
  return {
    of: asset ? { kind: "asset", name: asset.name, uri: asset.uri } : { kind: "alias", name: of.name },
    ...(after !== undefined && { after: momentOf(after) }),
    ...(before !== undefined && { before: momentOf(before) }),
    ...(descending !== undefined && { descending }),
    ...(limit !== undefined && { limit }),
  };
}

/** A moment as a handler writes it. @throws InvariantError where it cannot be read */
function momentOf(moment: string | Date): Instant {
  const text = moment instanceof Date && !Number.isNaN(moment.getTime()) ? moment.toISOString() : String(moment);
  const read = parseInstant(text);
  if (read !== undefined) return read;
  throw new InvariantError(`${JSON.stringify(moment)} is no moment: write it with its zone, or give a Date.`);
}
