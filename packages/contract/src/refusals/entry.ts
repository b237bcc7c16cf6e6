import type { SuggestedRequest } from "../decision/decision.ts";
import type { JsonValue } from "../json.ts";
import type { AirflowV1Body, Dialect } from "./refusal.ts";

/** One cause in the catalogue. Templates name data in braces: `{dag_id}`. */
export interface CatalogueEntry {
  readonly status: Readonly<Record<Dialect, number>>;
  readonly summary: string;
  readonly reason: string;
  readonly fix: string;
  /** What the system does meanwhile: nothing was changed, a row was written, a wait begins. */
  readonly meanwhile: string;
}

/** A family of the catalogue, as its file declares it. */
export type Family = Readonly<Record<string, CatalogueEntry>>;

/** What a refusal of one occurrence carries besides its templates' data. */
export interface RefusalDetails {
  readonly pointer?: string;
  readonly expected?: JsonValue;
  readonly actual?: JsonValue;
  readonly missing?: readonly string[];
  readonly currentValue?: JsonValue;
  readonly limit?: number;
  readonly suggestedRequest?: SuggestedRequest;
  readonly airflow?: { readonly v1?: AirflowV1Body; readonly v2?: JsonValue };
  readonly retryAfterSeconds?: number;
}

/** Fills a template; a name without data stays visible, so that a test sees it. */
export function fill(template: string, data: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in data ? String(data[name]) : whole));
}
