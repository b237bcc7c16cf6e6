import { queryOptions } from "@tanstack/react-query";
import type { JsonObject, JsonValue } from "@windlass/contract/browser";
import { send } from "../../api/client.ts";
import { isJsonObject } from "../../api/json.ts";
import type { ApiMethod, ApiRequest } from "../../api/request.ts";

/** The served documents. */
export const DOCUMENTS = {
  native: { name: "Windlass", path: "/api/windlass/v1/openapi.json" },
  v2: { name: "Airflow v2", path: "/api/v2/openapi.json" },
  v1: { name: "Airflow v1", path: "/api/v1/openapi.json" },
} as const;

/** One of them. */
export type DocumentName = keyof typeof DOCUMENTS;

/** An operation of a document. */
export interface ReferenceOperation {
  readonly id: string;
  readonly method: ApiMethod;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly group: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description: string;
    readonly schema: JsonObject;
  }[];
  readonly body: JsonObject | null;
  readonly responses: readonly {
    readonly status: string;
    readonly description: string;
    readonly schema: JsonObject | null;
  }[];
}

/** A document, read. */
export interface Reference {
  readonly operations: readonly ReferenceOperation[];
  readonly schemas: JsonObject;
}

/** A dialect's document. */
export const referenceQuery = (name: DocumentName) =>
  queryOptions({
    queryKey: ["openapi", name],
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      readDocument((await send({ method: "GET", path: DOCUMENTS[name].path }, signal)).body, name),
  });

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** Reads an OpenAPI document. */
function readDocument(document: unknown, name: DocumentName): Reference {
  if (!isJsonObject(document)) return { operations: [], schemas: {} };
  const components = isJsonObject(document.components) ? document.components : {};
  const schemas = isJsonObject(components.schemas) ? components.schemas : {};
  const server =
    Array.isArray(document.servers) && isJsonObject(document.servers[0]) && typeof document.servers[0].url === "string"
      ? document.servers[0].url
      : "";
  const prefix = server.startsWith("/") ? server.replace(/\/$/, "") : "";
  const operations = Object.entries(isJsonObject(document.paths) ? document.paths : {}).flatMap(([route, item]) =>
    METHODS.flatMap((method) => {
      const operation = isJsonObject(item) ? item[method] : undefined;
      return isJsonObject(operation)
        ? [
            readOperation(
              operation,
              method,
              route.startsWith("/api") || route.startsWith("/auth") ? route : prefix + route,
              isJsonObject(item) ? item.parameters : undefined,
              name,
            ),
          ]
        : [];
    }),
  );
  return { operations, schemas };
}

function readOperation(
  operation: JsonObject,
  method: (typeof METHODS)[number],
  path: string,
  shared: JsonValue | undefined,
  name: string,
): ReferenceOperation {
  const parameters = [...listOf(shared), ...listOf(operation.parameters)].filter(
    (each) => typeof each.name === "string",
  );
  const responses = isJsonObject(operation.responses) ? operation.responses : {};
  const tags: readonly JsonValue[] = Array.isArray(operation.tags) ? operation.tags : [];
  return {
    id: typeof operation.operationId === "string" ? operation.operationId : `${method} ${path}`,
    method: method.toUpperCase() as ApiMethod,
    path,
    summary: textOf(operation.summary),
    description: textOf(operation.description),
    group:
      (textOf(tags[0]) === "none" ? "general" : textOf(tags[0])) ||
      (path
        .split("/")
        .filter((part) => part !== "" && part !== "api" && part !== "windlass" && !/^v\d$/.test(part))[0] ??
        name),
    parameters: parameters.map((each) => ({
      name: textOf(each.name),
      in: textOf(each.in),
      required: each.required === true,
      description: textOf(each.description),
      schema: isJsonObject(each.schema) ? each.schema : {},
    })),
    body: schemaOf(operation.requestBody),
    responses: Object.entries(responses).map(([status, each]) => ({
      status,
      description: isJsonObject(each) ? textOf(each.description) : "",
      schema: schemaOf(each),
    })),
  };
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function schemaOf(value: JsonValue | undefined): JsonObject | null {
  const content = isJsonObject(value) && isJsonObject(value.content) ? Object.values(value.content)[0] : undefined;
  return isJsonObject(content) && isJsonObject(content.schema) ? content.schema : null;
}

/** A request to begin with: placeholders for what must be named, an example body made from the schema. */
export function exampleRequest(
  { method, path, parameters, body }: ReferenceOperation,
  schemas: JsonObject,
): ApiRequest {
  const query = Object.fromEntries(
    parameters.filter((each) => each.in === "query" && each.required).map((each) => [each.name, "…"]),
  );
  return {
    method,
    path,
    ...(Object.keys(query).length === 0 ? {} : { query }),
    ...(body === null ? {} : { body: example(body, schemas, 0) }),
  };
}

function example(schema: JsonObject, schemas: JsonObject, depth: number): JsonValue {
  if (depth > 4) return null;
  if (typeof schema.$ref === "string") {
    const target = schemas[schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)];
    return isJsonObject(target) ? example(target, schemas, depth + 1) : null;
  }
  if ("example" in schema) return schema.example ?? null;
  if ("default" in schema) return schema.default ?? null;
  if ("const" in schema) return schema.const ?? null;
  if (Array.isArray(schema.enum)) return (schema.enum as readonly JsonValue[])[0] ?? null;
  const among = listOf(schema.anyOf).concat(listOf(schema.oneOf), listOf(schema.allOf));
  if (among[0] !== undefined) return example(among[0], schemas, depth + 1);
  const type = Array.isArray(schema.type) ? (schema.type as readonly JsonValue[])[0] : schema.type;
  switch (type) {
    case "object": {
      const required = Array.isArray(schema.required) ? schema.required : [];
      const entries = Object.entries(isJsonObject(schema.properties) ? schema.properties : {});
      const wanted = entries.filter(([name]) => required.includes(name));
      return Object.fromEntries(
        (wanted.length > 0 ? wanted : entries).map(([name, each]) => [
          name,
          isJsonObject(each) ? example(each, schemas, depth + 1) : null,
        ]),
      );
    }
    case "array":
      return [];
    case "string":
      return schema.format === "date-time" ? "2026-01-31T00:00:00Z" : "…";
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    default:
      return null;
  }
}
