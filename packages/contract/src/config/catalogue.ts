import type { JsonValue } from "../json.ts";
import { api, apiAuth } from "./api.ts";
import {
  commonIo,
  core,
  dagProcessor,
  database,
  executionApi,
  localExecutor,
  logging,
  scheduler,
  stateStore,
} from "./engine.ts";
import { alerts, callbacks } from "./notices.ts";
import type { ConfigOption, OptionValue } from "./option.ts";
import { security } from "./security.ts";

/** The closed catalogue of options by section and key; names are Airflow's where the meaning is Airflow's. */
export const CONFIG = {
  alerts,
  api,
  api_auth: apiAuth,
  common_io: commonIo,
  callbacks,
  core,
  dag_processor: dagProcessor,
  database,
  execution_api: executionApi,
  local_executor: localExecutor,
  logging,
  scheduler,
  security,
  state_store: stateStore,
} as const;

type Sections = typeof CONFIG;

/** The values of all options, by section and key. */
export type ConfigValues = {
  readonly [S in keyof Sections]: {
    readonly [K in keyof Sections[S]]: Sections[S][K] extends ConfigOption ? OptionValue<Sections[S][K]> : never;
  };
};

/** Values that differ from the defaults. */
export type ConfigOverrides = { readonly [S in keyof ConfigValues]?: Partial<ConfigValues[S]> };

/** Every option with its place, in the catalogue's order. */
export function configOptions(): readonly {
  readonly section: string;
  readonly key: string;
  readonly option: ConfigOption;
}[] {
  return Object.entries(CONFIG).flatMap(([section, options]) =>
    Object.entries(options as Record<string, ConfigOption>).map(([key, option]) => ({ section, key, option })),
  );
}

/** The configuration with every option at its default, save those given; frozen. Values are taken as valid: `readOption` checks them. */
export function configValues(overrides: ConfigOverrides = {}): ConfigValues {
  const sections = Object.entries(CONFIG).map(([section, options]) => {
    const given = (overrides as Record<string, Record<string, JsonValue> | undefined>)[section] ?? {};
    const values = Object.entries(options as Record<string, ConfigOption>).map(([key, option]): [string, JsonValue] => [
      key,
      given[key] ?? option.default,
    ]);
    return [section, Object.freeze(Object.fromEntries(values))] as const;
  });
  return Object.freeze(Object.fromEntries(sections)) as ConfigValues;
}
