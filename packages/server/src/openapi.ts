import { actionEntry, type Dialect, type JsonObject, type JsonValue } from "@windlass/contract";
import type { Operation } from "./operation.ts";
import type { Field, Fields } from "./request/field.ts";

const TITLES: Readonly<Record<Dialect, string>> = {
  v1: "Airflow 2's stable REST API, as Windlass serves it",
  v2: "Airflow 3's public API, as Windlass serves it",
  native: "Windlass's own API",
};

/** The OpenAPI 3.1 document of one dialect, made from its operations. @param basePath under which callers reach the server */
export function openApiDocument(
  dialect: Dialect,
  operations: readonly Operation[],
  version: string,
  basePath: string,
): JsonObject {
  const paths: Record<string, Record<string, JsonValue>> = {};
  for (const operation of operations.filter((each) => each.dialect === dialect)) {
    const path = operation.path.replace(/\{(\w+):path\}/g, "{$1}");
    (paths[path] ??= {})[operation.method.toLowerCase()] = operationObject(operation);
  }
  return {
    openapi: "3.1.0",
    info: { title: TITLES[dialect], version, license: { name: "Apache-2.0" } },
    servers: [{ url: basePath === "" ? "/" : basePath }],
    paths,
    components: {
      schemas: { Refusal: refusalSchema(dialect), Windlass: windlassSchema() },
      securitySchemes: securitySchemes(),
    },
  };
}

function operationObject(operation: Operation): JsonObject {
  const entry = actionEntry(operation.action);
  const answers = Object.fromEntries(
    operation.answers.map((status) => [String(status), answerObject(operation, status)]),
  );
  const anonymous = entry.access === "anonymous";
  return {
    operationId: operation.operationId,
    summary: operation.summary,
    tags: [entry.resource],
    "x-windlass-action": operation.action,
    parameters: [
      ...parameters("path", operation.params, operation),
      ...parameters("query", operation.query, operation),
    ],
    ...(operation.body === null
      ? {}
      : {
          requestBody: {
            required: !operation.bodyOptional,
            content: { "application/json": { schema: fieldSchema(operation.body) } },
          },
        }),
    responses: {
      ...answers,
      default: {
        description: "A refusal",
        content: { [refusalType(operation.dialect)]: { schema: { $ref: "#/components/schemas/Refusal" } } },
      },
    },
    security: anonymous ? [] : [{ session: [] }, { basic: [] }, { bearer: [] }, { apiKey: [] }],
  };
}

function answerObject(operation: Operation, status: number): JsonObject {
  if (status === 204 || status >= 300)
    return { description: status === 204 ? "Done; there is no body" : "Leads elsewhere" };
  const types = ["application/json", ...operation.produces];
  return { description: operation.summary, content: Object.fromEntries(types.map((type) => [type, {}])) };
}

function refusalType(dialect: Dialect): string {
  return dialect === "v1" ? "application/problem+json" : "application/json";
}

function parameters(where: "path" | "query", fields: Fields, operation: Operation): JsonObject[] {
  const named = Object.entries(fields);
  // A path may have parameters that no field narrows.
  const loose =
    where === "path"
      ? [...operation.path.matchAll(/\{(\w+)(?::path)?\}/g)]
          .map((found) => found[1] ?? "")
          .filter((name) => !(name in fields))
      : [];
  return [
    ...named.map(([name, field]) => ({
      name,
      in: where,
      required: where === "path" || (field.required && field.byDefault === undefined),
      schema: fieldSchema(field),
      ...(field.description === undefined ? {} : { description: field.description }),
    })),
    ...loose.map((name) => ({ name, in: where, required: true, schema: { type: "string" } })),
  ];
}

/** A field as JSON Schema. */
function fieldSchema(field: Field<unknown>): JsonObject {
  const schema = valueSchema(field);
  const described = {
    ...schema,
    ...(field.byDefault === undefined ? {} : { default: field.byDefault }),
    ...(field.description === undefined ? {} : { description: field.description }),
    ...(field.aliases === undefined ? {} : { "x-windlass-aliases": [...field.aliases] }),
  };
  return field.nullable ? { anyOf: [described, { type: "null" }] } : described;
}

function valueSchema({ spec }: Field<unknown>): JsonObject {
  switch (spec.kind) {
    case "text":
      return {
        type: "string",
        ...(spec.minLength === undefined ? {} : { minLength: spec.minLength }),
        ...(spec.maxLength === undefined ? {} : { maxLength: spec.maxLength }),
        ...(spec.pattern === undefined ? {} : { pattern: spec.pattern }),
      };
    case "integer":
      return {
        type: "integer",
        ...(spec.minimum === undefined ? {} : { minimum: spec.minimum }),
        ...(spec.above === undefined ? {} : { exclusiveMinimum: spec.above }),
        ...(spec.maximum === undefined ? {} : { maximum: spec.maximum }),
      };
    case "number":
      return { type: "number", ...(spec.minimum === undefined ? {} : { minimum: spec.minimum }) };
    case "boolean":
      return { type: "boolean" };
    case "moment":
      return { type: "string", format: "date-time" };
    case "choice":
      return spec.literal === true ? { const: spec.values[0] ?? "" } : { type: "string", enum: [...spec.values] };
    case "list":
      return { type: "array", items: fieldSchema(spec.items) };
    case "dictionary":
      return { type: "object", additionalProperties: true };
    case "record":
      return {
        type: "object",
        additionalProperties: spec.ignoresUnknown === true,
        properties: Object.fromEntries(Object.entries(spec.fields).map(([name, each]) => [name, fieldSchema(each)])),
        required: Object.entries(spec.fields).flatMap(([name, each]) => (each.required ? [name] : [])),
      };
    case "any":
      return {};
  }
}

function refusalSchema(dialect: Dialect): JsonObject {
  const windlass = { $ref: "#/components/schemas/Windlass" };
  switch (dialect) {
    case "v1":
      return {
        type: "object",
        properties: {
          type: { type: "string" },
          title: { type: ["string", "null"] },
          status: { type: "integer" },
          detail: {},
          windlass,
        },
        required: ["type", "title", "status", "detail", "windlass"],
      };
    case "v2":
      return {
        type: "object",
        properties: { detail: {}, error: { type: "string" }, windlass },
        required: ["windlass"],
      };
    case "native":
      return {
        type: "object",
        properties: { refusal: windlass, also: { type: "array", items: windlass }, request_id: { type: "string" } },
        required: ["refusal", "also", "request_id"],
      };
  }
}

function windlassSchema(): JsonObject {
  const text = { type: "string" };
  return {
    type: "object",
    description: "Why a request was refused, and how to mend it.",
    properties: {
      code: { ...text, description: "From the closed catalogue; GET /api/windlass/v1/errors/{code} explains it." },
      summary: text,
      reason: text,
      fix: text,
      docs: text,
      pointer: { ...text, description: "JSON pointer into the body, or query/<name>, path/<name>, header/<name>." },
      expected: {},
      actual: {},
      missing: { type: "array", items: text },
      currentValue: {},
      limit: { type: "number" },
      suggestedRequest: {
        type: "object",
        properties: { method: text, path: text, body: {} },
        required: ["method", "path"],
      },
      retryAfterSeconds: { type: "number" },
      requestId: text,
      also: { type: "array", items: { $ref: "#/components/schemas/Windlass" } },
    },
    required: ["code", "summary", "reason", "fix", "docs"],
  };
}

function securitySchemes(): JsonObject {
  return {
    session: { type: "apiKey", in: "cookie", name: "windlass_session" },
    basic: { type: "http", scheme: "basic" },
    bearer: { type: "http", scheme: "bearer" },
    apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
  };
}
