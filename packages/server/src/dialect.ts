import type { Dialect, DecisionWarning, JsonObject, JsonValue, Refusal, Verdict } from "@windlass/contract";
import type { Fields } from "./request/field.ts";
import type { Manner } from "./request/manner.ts";
import type { Issue } from "./request/issue.ts";
import type { JsonProblem } from "./request/json-reader.ts";

/** How an answer looks on the wire. */
export interface Rendered {
  readonly status: number;
  readonly type: string;
  readonly body: JsonObject;
}

/** What is wrong with a body before its fields are looked at. */
export type BodyProblem =
  | { readonly kind: "missing" }
  | { readonly kind: "media_type"; readonly given: string | null; readonly raw: string }
  | { readonly kind: "json"; readonly problem: JsonProblem; readonly raw: string };

/**
 * The manners of a dialect: how strictly it reads, how it words what is wrong, how a refusal looks. The pipeline is the same for all.
 */
export interface DialectManners {
  readonly dialect: Dialect;
  /** Paths of the dialect begin with one of these. */
  readonly prefixes: readonly string[];
  bodyManner(strict: boolean): Manner;
  queryManner(strict: boolean): Manner;
  /** The raw query as an object that `checkFields` can read: lists, repeated names, empty values. */
  readQuery(search: URLSearchParams, fields: Fields): JsonObject;
  /** What is checked where the body is absent (undefined) or null; undefined: it is missing. */
  emptyBody(mayBeLeftOut: boolean, given: null | undefined): JsonValue | undefined;
  bodyProblem(problem: BodyProblem): Verdict;
  issue(issue: Issue): Verdict;
  /** The refusal an unknown path or method gets, with what Airflow would say in this dialect. */
  routeRefusal(refusal: Refusal): Refusal;
  /** The first refusal is the answer; the others stand beside it. */
  renderRefusals(refusals: readonly [Refusal, ...Refusal[]], requestId: string): Rendered;
  /** Adds warnings to a body that is allowed. */
  withWarnings(body: unknown, warnings: readonly DecisionWarning[], replayed: boolean): unknown;
}
