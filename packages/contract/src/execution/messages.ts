import type { JsonValue } from "../json.ts";
import type { Instant } from "../time.ts";
import type { Refusal } from "../refusals/refusal.ts";
import type { AssetKey } from "../serialized-dag/asset.ts";
import type { KeptXcom, XcomElsewhere, XcomPlace } from "./kept-xcom.ts";
import type { BetweenDagsRequest, BetweenDagsResponse } from "./between-dags.ts";
import type { AssetEventValue, AttemptContext, AttemptOutcome, ConnectionValue, InletEventQuery } from "./attempt.ts";

/** What user code asks of the control plane while it runs; each is answered by one `response`. */
export type AttemptRequest =
  | { readonly kind: "getConnection"; readonly connectionId: string }
  | { readonly kind: "getVariable"; readonly key: string }
  | {
      readonly kind: "getXcom";
      readonly taskId: string;
      readonly key: string;
      readonly mapIndex?: number;
      readonly runId?: string;
      /** Also that of the latest earlier run that has one, by logical date. */
      readonly includePriorDates?: boolean;
    }
  /** Values that a mapped task's instances left, in the order of their map indexes: `limit` of them from `offset` on. */
  | {
      readonly kind: "getXcomSlice";
      readonly taskId: string;
      readonly key: string;
      readonly runId?: string;
      readonly offset: number;
      readonly limit: number;
    }
  /** How many instances of a mapped task left a value. */
  | { readonly kind: "countXcoms"; readonly taskId: string; readonly key: string; readonly runId?: string }
  | {
      readonly kind: "setXcom";
      readonly key: string;
      readonly value: JsonValue;
      /** In place of `value`. */
      readonly elsewhere?: XcomElsewhere;
    }
  /** Where a value that is too large for the database is to be written. */
  | { readonly kind: "placeXcom"; readonly key: string }
  | BetweenDagsRequest
  /** The events that made the run. */
  | { readonly kind: "getTriggeringAssetEvents" }
  | ({ readonly kind: "getInletEvents" } & InletEventQuery)
  | ({ readonly kind: "getAssetState"; readonly key: string } & AssetKey)
  | ({ readonly kind: "setAssetState"; readonly key: string; readonly value: JsonValue } & AssetKey);

/** The answer to an `AttemptRequest`; null where the thing does not exist. */
export type AttemptResponse =
  | { readonly kind: "connection"; readonly value: ConnectionValue | null }
  | { readonly kind: "variable"; readonly value: string | null }
  | { readonly kind: "assetEvents"; readonly events: readonly AssetEventValue[] }
  | { readonly kind: "assetState"; readonly found: boolean; readonly value: JsonValue }
  | { readonly kind: "xcom"; readonly found: boolean; readonly kept: KeptXcom }
  | { readonly kind: "xcoms"; readonly kept: readonly KeptXcom[] }
  | { readonly kind: "xcomPlace"; readonly place: XcomPlace }
  | { readonly kind: "done" }
  | BetweenDagsResponse
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** From the supervisor to a runner. */
export type ToRunner =
  | {
      readonly type: "run";
      readonly attempt: AttemptContext;
      /** The moment of now, by the clock that the runner is to follow. */
      readonly now: Instant;
    }
  | { readonly type: "response"; readonly id: number; readonly response: AttemptResponse }
  /** The handler's `AbortSignal` fires; the supervisor kills the process group after its grace. */
  | { readonly type: "cancel"; readonly attemptId: string; readonly reason: string }
  /** Bundles to load before they are needed. */
  | { readonly type: "preload"; readonly bundles: readonly { readonly hash: string; readonly path: string }[] };

/** From a runner to its supervisor. */
export type FromRunner =
  | { readonly type: "ready"; readonly pid: number }
  | { readonly type: "request"; readonly id: number; readonly attemptId: string; readonly request: AttemptRequest }
  | { readonly type: "finished"; readonly attemptId: string; readonly outcome: AttemptOutcome };
