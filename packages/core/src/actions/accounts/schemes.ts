import type { ConfigValues } from "@windlass/contract";

/** The credential schemes. */
export const SCHEMES = ["session", "basic_auth", "token", "api_key"] as const;

/** A credential scheme. */
export type Scheme = (typeof SCHEMES)[number];

/** Which schemes are taken, and which of these are on their way out. */
export interface EnabledSchemes {
  readonly enabled: ReadonlySet<Scheme>;
  readonly deprecated: ReadonlySet<Scheme>;
}

// What Airflow's users have in their configuration.
const AIRFLOW_NAMES: Readonly<Record<string, Scheme>> = {
  "airflow.api.auth.backend.session": "session",
  "airflow.api.auth.backend.basic_auth": "basic_auth",
  "airflow.providers.fab.auth_manager.api.auth.backend.session": "session",
  "airflow.providers.fab.auth_manager.api.auth.backend.basic_auth": "basic_auth",
};

/** Reads `[api] auth_backends`. The web page's session is always taken, as on Airflow. */
export function enabledSchemes(config: ConfigValues): EnabledSchemes {
  const known = read.get(config);
  if (known) return known;
  const schemes = readSchemes(config);
  read.set(config, schemes);
  return schemes;
}

// Every request asks several times, and a configuration never changes.
const read = new WeakMap<ConfigValues, EnabledSchemes>();

function readSchemes(config: ConfigValues): EnabledSchemes {
  const enabled = new Set<Scheme>(["session"]);
  const deprecated = new Set<Scheme>();
  for (const each of config.api.auth_backends) {
    const [name = "", mark] = each.split(":");
    const scheme = AIRFLOW_NAMES[name] ?? SCHEMES.find((known) => known === name);
    if (scheme === undefined) continue;
    enabled.add(scheme);
    if (mark === "deprecated") deprecated.add(scheme);
  }
  if (config.api.api_keys_only) {
    enabled.add("api_key");
    enabled.delete("basic_auth");
    enabled.delete("token");
  }
  return { enabled, deprecated };
}

const CHALLENGES: Readonly<Record<Scheme, string | null>> = {
  session: null,
  basic_auth: 'Basic realm="Windlass", charset="UTF-8"',
  token: 'Bearer realm="Windlass"',
  api_key: 'Bearer realm="Windlass"',
};

/** The values of `WWW-Authenticate`, one a header. Basic is left out for a browser, which would ask for a password by itself. */
export function challenges(config: ConfigValues, forBrowser: boolean): readonly string[] {
  const { enabled } = enabledSchemes(config);
  const all = SCHEMES.filter((each) => enabled.has(each) && !(forBrowser && each === "basic_auth")).map(
    (each) => CHALLENGES[each],
  );
  return [...new Set(all.filter((each) => each !== null))];
}
