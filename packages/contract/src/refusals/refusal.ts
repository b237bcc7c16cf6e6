import type { SuggestedRequest } from "../decision/decision.ts";
import type { JsonValue } from "../json.ts";

/** The dialects whose status codes and shapes differ. */
export type Dialect = "v1" | "v2" | "native";

/** A "no" as callers, logs and screens get it. */
export interface Refusal {
  /** From the closed catalogue, such as `params.missing`. */
  readonly code: string;
  /** HTTP status by dialect. */
  readonly status: Readonly<Record<Dialect, number>>;
  /** Short name of the cause, the same for every occurrence. */
  readonly summary: string;
  /** What is wrong in this request. */
  readonly reason: string;
  /** What to do about it. */
  readonly fix: string;
  /** The page that explains the code, relative to the docs. */
  readonly docs: string;
  /** JSON pointer into the request's body, or `query/<name>`, `header/<name>`, `path/<name>`. */
  readonly pointer?: string;
  readonly expected?: JsonValue;
  readonly actual?: JsonValue;
  /** Missing permissions as `can_edit on DAGs`, or missing names. */
  readonly missing?: readonly string[];
  readonly currentValue?: JsonValue;
  readonly limit?: number;
  readonly suggestedRequest?: SuggestedRequest;
  /** What Airflow itself would say in each dialect, where its shape is more than a sentence. */
  readonly airflow?: { readonly v1?: AirflowV1Body; readonly v2?: JsonValue };
  /** Seconds after which the same request may succeed. */
  readonly retryAfterSeconds?: number;
}

/** Title and detail of Airflow 2's problem document. */
export interface AirflowV1Body {
  readonly title: string | null;
  readonly detail: JsonValue;
}
