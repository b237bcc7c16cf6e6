import type { ConfigSection } from "./option.ts";

/** The API server: who may speak to it, in which manner, and how much at a time. */
export const api = {
  host: { type: "text", default: "127.0.0.1", does: "Address the API server listens on.", airflow: true },
  port: { type: "integer", default: 8080, minimum: 0, maximum: 65535, does: "Port the API server listens on; 0 takes a free one.", airflow: true },
  base_url: { type: "text", default: null, does: "The address under which callers reach the server, with its path; tells cookie paths and links.", formerly: ["webserver.base_url"], airflow: true },
  auth_backends: {
    type: "list",
    default: ["session", "basic_auth", "token", "api_key"],
    does: "Credential schemes that are taken: session, basic_auth, token, api_key. `:deprecated` behind one keeps it working and records who uses it. Airflow's module paths are understood.",
    airflow: true,
  },
  api_keys_only: { type: "boolean", default: false, does: "Policy: the APIs take API keys alone; sessions serve the web page only.", airflow: false },
  airflow_strict: { type: "boolean", default: false, does: "Refuse what Airflow refuses (old names, a missing logical_date in v2, Basic in v2) instead of taking it with a warning.", airflow: false },
  expose_config: { type: "boolean", default: false, does: "Whether the configuration may be read through the API.", formerly: ["webserver.expose_config"], airflow: true },
  maximum_page_limit: { type: "integer", default: 1000, minimum: 1, maximum: 10000, unit: "rows", does: "The most rows one native page holds; v1 and v2 cut at 100 as Airflow does.", airflow: true },
  fallback_page_limit: { type: "integer", default: 100, minimum: 1, maximum: 10000, unit: "rows", does: "Rows of a page when the caller names no limit.", airflow: true },
  maximum_body_bytes: { type: "integer", default: 1_048_576, minimum: 1024, unit: "bytes", does: "The largest request body.", airflow: false },
  maximum_conf_bytes: { type: "integer", default: 262_144, minimum: 64, unit: "bytes", does: "The largest conf of a run.", airflow: false },
  maximum_note_characters: { type: "integer", default: 1000, minimum: 1, maximum: 65_536, unit: "characters", does: "The longest note.", airflow: false },
  maximum_json_depth: { type: "integer", default: 64, minimum: 4, maximum: 1000, unit: "levels", does: "The deepest nesting of a JSON body.", airflow: false },
  trusted_proxies: { type: "list", default: [], does: "Addresses whose X-Forwarded headers are believed.", airflow: false },
  access_control_allow_origins: { type: "list", default: [], does: "Foreign origins whose pages may call the API; none by default, `*` is refused.", airflow: true },
  enable_test_connection: { type: "boolean", default: false, does: "Whether connections may be tested through the API.", formerly: ["core.test_connection"], airflow: false },
} as const satisfies ConfigSection;

/** Tokens of `/auth/token` and v2's login. */
export const apiAuth = {
  jwt_secret: { type: "text", default: null, secret: true, does: "Key that signs bearer tokens; without one the installation's own is used.", airflow: true },
  jwt_expiration_time: { type: "integer", default: 86_400, minimum: 60, maximum: 31_536_000, unit: "seconds", does: "Life of a bearer token.", airflow: true },
  jwt_cli_expiration_time: { type: "integer", default: 3600, minimum: 60, maximum: 31_536_000, unit: "seconds", does: "Life of a bearer token of the CLI.", airflow: true },
  jwt_leeway: { type: "integer", default: 10, minimum: 0, maximum: 300, unit: "seconds", does: "How far clocks may differ when a token's times are checked.", airflow: true },
} as const satisfies ConfigSection;
