import type { Dialect } from "@windlass/contract";
import { ok } from "../answer.ts";
import type { Server } from "../server.ts";
import { openApiDocument } from "../openapi.ts";
import { defineOperation, type Operation } from "../operation.ts";

// Versions of Airflow whose API v1 and v2 are; generators of clients read them.
const VERSIONS: Readonly<Record<Dialect, string | null>> = { v1: "2.11.2", v2: "3.3.2", native: null };

const BASES: Readonly<Record<Dialect, string>> = { v1: "/api/v1", v2: "/api/v2", native: "/api/windlass/v1" };

function documentOf(server: Server, dialect: Dialect): unknown {
  return openApiDocument(dialect, server.operations.all, VERSIONS[dialect] ?? server.version, server.basePath);
}

function asJson(dialect: Dialect, path: string, operationId: string): Operation {
  return defineOperation({
    dialect,
    method: "GET",
    path,
    operationId,
    summary: "This API's description as OpenAPI",
    action: "system.docs",
    handle: async ({ server }) => ok(documentOf(server, dialect)),
  });
}

function asYaml(dialect: Dialect, path: string, operationId: string): Operation {
  return defineOperation({
    dialect,
    method: "GET",
    path,
    operationId,
    summary: "This API's description as OpenAPI, for readers of YAML",
    action: "system.docs",
    produces: ["application/yaml"],
    // JSON is YAML 1.2, so a reader of YAML reads it.
    handle: async ({ server }) =>
      ok(JSON.stringify(documentOf(server, dialect), null, 2), { type: "application/yaml" }),
  });
}

/** The description of each dialect; Airflow 3 serves its own at `/openapi.json` too. */
export const openApiOperations: readonly Operation[] = [
  ...(["v1", "v2", "native"] as const).flatMap((dialect) => [
    asJson(dialect, `${BASES[dialect]}/openapi.json`, `get_openapi_json_${dialect}`),
    asYaml(dialect, `${BASES[dialect]}/openapi.yaml`, `get_openapi_yaml_${dialect}`),
  ]),
  asJson("v2", "/openapi.json", "get_openapi_json_root"),
];
