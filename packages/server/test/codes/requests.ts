import type { Dialect } from "@windlass/contract";
import { create, readDags, ROOT, trigger } from "./operations.ts";
import { type Ask, everywhere, onAirflows, type Provocation } from "./provocation.ts";

function written(dialect: Dialect, raw: string, headers: Readonly<Record<string, string>> = {}): Ask {
  const { method, path } = create(dialect, "written");
  return { path, raw, headers, ...(method ? { method } : {}) };
}

/** What is wrong with a request by itself. */
export const requestProvocations: readonly Provocation[] = [
  { code: "route.unknown", on: everywhere((dialect) => ({ path: `${ROOT[dialect]}/nothing/here/at/all` })) },
  { code: "route.method", on: everywhere((dialect) => ({ method: "PUT", path: create(dialect, "").path })) },
  { code: "request.media_type", on: everywhere((dialect) => written(dialect, "{}", { "content-type": "text/plain" })) },
  {
    code: "request.body_missing",
    on: everywhere((dialect) => ({ method: "POST", path: create(dialect, "").path })),
  },
  { code: "request.not_json", on: everywhere((dialect) => written(dialect, '{"name": }')) },
  { code: "request.json_shape", on: everywhere((dialect) => written(dialect, '{"name": "a", "name": "b"}')) },
  {
    code: "request.body_too_large",
    on: everywhere((dialect) => written(dialect, `{"name": "${"a".repeat(70_000)}"}`)),
  },
  { code: "request.compressed", on: everywhere((dialect) => written(dialect, "{}", { "content-encoding": "gzip" })) },
  { code: "request.not_object", on: everywhere((dialect) => written(dialect, "[1]")) },
  {
    code: "request.field_missing",
    on: everywhere((dialect) => written(dialect, dialect === "native" ? "{}" : '{"slots": 1}')),
  },
  {
    code: "request.field_unknown",
    on: everywhere((dialect) => ({
      ...create(dialect, "a"),
      body: { ...(create(dialect, "a").body as object), nonsense: 1 },
    })),
  },
  {
    code: "request.field_wrong",
    on: everywhere((dialect) => ({
      ...create(dialect, "a"),
      body: { ...(create(dialect, "a").body as object), name: 7 },
    })),
  },
  {
    code: "request.order_by",
    on: everywhere((dialect) => ({ path: `${readDags(dialect).path}?order_by=nonsense` })),
  },
  {
    code: "request.cursor",
    on: {
      v1: {
        path: "/api/v1/dags/simple/dagRuns/there/taskInstances/done/logs/1?token=nonsense",
        headers: { accept: "application/json" },
      },
      v2: { path: "/api/v2/dags/~/dagRuns?cursor=nonsense" },
    },
  },
  {
    code: "request.accept",
    on: {
      v1: {
        path: `/api/v1/dagSources/${Buffer.from("simple.ts").toString("base64url")}`,
        headers: { accept: "image/png" },
      },
      v2: { path: "/api/v2/dags/simple/dagRuns/there/taskInstances/done/logs/1", headers: { accept: "image/png" } },
    },
  },
  { code: "request.header_wrong", on: everywhere((dialect) => written(dialect, "{}", { "content-length": "1" })) },
  { code: "request.bad_url", on: everywhere((dialect) => ({ path: `${ROOT[dialect]}/dags/%zz` })) },
  { code: "request.unsafe_next", on: { v2: { path: "/api/v2/auth/login?next=https://elsewhere.example/" } } },
  { code: "request.read_only_field", on: { v1: trigger("v1", "simple", { run_type: "manual" }) } },
  {
    code: "request.alias_conflict",
    on: onAirflows((dialect) => trigger(dialect, "simple", { dag_run_id: "one", run_id: "other" })),
  },
  { code: "config.hidden", on: onAirflows((dialect) => ({ path: `${ROOT[dialect]}/config` })) },
  {
    code: "server.failed",
    where: "damaged",
    on: everywhere((dialect) => ({
      path: `${ROOT[dialect]}/${dialect === "native" ? "import-errors" : "importErrors"}`,
    })),
  },
  { code: "server.unavailable", where: "unreachable", on: everywhere(readDags) },
];
