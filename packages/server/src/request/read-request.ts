import type { JsonValue, Verdict } from "@windlass/contract";
import type { UsedAlias } from "@windlass/core/actions";
import type { DialectManners } from "../dialect.ts";
import type { Incoming } from "../incoming.ts";
import type { Operation } from "../operation.ts";
import { readBody } from "./body-text.ts";
import { checkFields } from "./check-fields.ts";
import { checkValue } from "./check-value.ts";
import type { Leniency } from "./issue.ts";
import { JSON_LIMITS } from "./json-reader.ts";

/** What a request brought, as far as it is right, and everything that is wrong with it. */
export interface ReadRequest {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly rawBody: JsonValue | undefined;
  readonly given: ReadonlySet<string>;
  readonly verdicts: readonly Verdict[];
  readonly aliases: readonly UsedAlias[];
  /** false: the path holds text where a number or the like belongs, so there is nothing that the request could be about. */
  readonly hasReadablePath: boolean;
}

/** What of an operation says how its requests are read. */
type ReadFields = Pick<Operation, "params" | "query" | "body" | "strictBody" | "bodyOptional">;

/** Reads path, query and body of a request by the operation's fields and the dialect's manners. */
export function readRequest(
  operation: ReadFields,
  manners: DialectManners,
  rawParams: Readonly<Record<string, string>>,
  incoming: Incoming,
  strict: boolean,
): ReadRequest {
  const queryManner = manners.queryManner(strict);
  const params = checkFields(operation.params, rawParams, ["path"], { values: "text", unknown: "ignored", strict });
  const search = manners.readQuery(new URLSearchParams(incoming.search), operation.query);
  const query = checkFields(operation.query, search, ["query"], queryManner);
  const body = readBodyOf(operation, manners, incoming, strict);
  const issues = [...params.issues, ...query.issues];
  return {
    params: { ...rawParams, ...params.value },
    query: query.value,
    body: body.value,
    rawBody: body.raw,
    given: new Set(
      typeof body.raw === "object" && body.raw !== null && !Array.isArray(body.raw) ? Object.keys(body.raw) : [],
    ),
    verdicts: [...issues.map((issue) => manners.issue(issue)), ...body.verdicts],
    aliases: [...body.leniencies, ...query.leniencies].map(({ given, proper, value }) => ({
      used: given,
      proper,
      value,
    })),
    // What is read as text is kept as it came, also where a rule speaks against it, so that the handler adds what else is wrong.
    hasReadablePath: Object.entries(operation.params).every(
      ([name, { spec }]) => spec.kind === "text" || name in params.value,
    ),
  };
}

interface ReadBody {
  readonly value: unknown;
  readonly raw: JsonValue | undefined;
  readonly verdicts: readonly Verdict[];
  readonly leniencies: readonly Leniency[];
}

function readBodyOf(operation: ReadFields, manners: DialectManners, incoming: Incoming, strict: boolean): ReadBody {
  const nothing = { raw: undefined, leniencies: [] };
  const field = strict ? (operation.strictBody ?? operation.body) : operation.body;
  if (field === null) return { ...nothing, value: undefined, verdicts: [] };
  const reading = readBody(incoming.bytes, incoming.headers["content-type"], JSON_LIMITS);
  if (reading !== undefined && "problem" in reading) {
    return { ...nothing, value: {}, verdicts: [manners.bodyProblem(reading.problem)] };
  }
  const raw = reading?.value;
  const value = raw === undefined || raw === null ? manners.emptyBody(operation.bodyOptional, raw) : raw;
  if (value === undefined) return { ...nothing, raw, value: {}, verdicts: [manners.bodyProblem({ kind: "missing" })] };
  const checked = checkValue(field, value, ["body"], manners.bodyManner(strict), checkFields);
  return {
    raw: value,
    value: checked.value ?? {},
    verdicts: checked.issues.map((issue) => manners.issue(issue)),
    leniencies: checked.leniencies,
  };
}
